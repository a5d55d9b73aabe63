import { cn } from "@/components/ui/cn";
import { foldLines, type LineChange } from "@/lib/agents/compare";

const LOOKS = { same: "text-muted", added: "bg-ok-wash text-ink", removed: "bg-bad-wash text-ink" };
const MARKS = { same: " ", added: "+", removed: "−" };
const WORDS = { same: "", added: "added: ", removed: "removed: " };

/** Two texts as their lines: what went, what came, and a little of what stayed around it. */
export function LineDiff({ lines, label }: { lines: readonly LineChange[]; label: string }) {
  return (
    <div role="group" aria-label={label} className="overflow-hidden rounded-md border border-line font-mono text-xs leading-5">
      {foldLines(lines).map((line, at) =>
        line.kind === "skipped" ? (
          <p key={at} className="bg-sunken px-3 text-muted">{line.count === 1 ? "1 line" : `${line.count} lines`} unchanged</p>
        ) : (
          <p key={at} className={cn("flex gap-2 px-3", LOOKS[line.kind])}>
            <span aria-hidden="true" className="select-none">{MARKS[line.kind]}</span>
            <span className="min-w-0 wrap-anywhere whitespace-pre-wrap"><span className="sr-only">{WORDS[line.kind]}</span>{line.text || " "}</span>
          </p>
        ),
      )}
    </div>
  );
}
