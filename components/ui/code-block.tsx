import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";
import { highlight, type CodeToken } from "@/components/ui/highlight";

const LOOKS: Record<CodeToken["kind"], string> = { plain: "", word: "text-ink font-medium", string: "text-accent-ink", comment: "text-faint" };

type CodeBlockProps = {
  code: string;
  /** What it is: a language, a file, "Answer". */
  title?: ReactNode;
  /** What the copy button puts on the clipboard, when that is not the code as shown. */
  copyText?: string;
  /** Plain text, such as a run's output: no colours, long lines break. */
  plain?: boolean;
  className?: string;
};

/** Code or output in mono, with a copy button; the only thing that may scroll sideways, inside itself. */
export function CodeBlock({ code, title, copyText, plain = false, className }: CodeBlockProps) {
  const copy = <CopyButton text={copyText ?? code} label="Copy code" />;
  return (
    <figure className={cn("relative min-w-0 overflow-hidden rounded-md border border-line bg-sunken/60", className)}>
      {title ? (
        <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-4 text-xs text-muted">
          {title}
          {copy}
        </figcaption>
      ) : (
        <span className="absolute top-1 right-1 rounded bg-sunken">{copy}</span>
      )}
      {/* Focusable, so that a keyboard can scroll it. */}
      <pre tabIndex={0} className={cn("scroll-quiet overflow-x-auto p-4 text-xs leading-5 text-muted focus-visible:-outline-offset-2", plain && "whitespace-pre-wrap text-ink", !title && "pr-10")}>
        <code>
          {plain
            ? code
            : highlight(code).map((token, index) =>
                token.kind === "plain" ? (
                  token.text
                ) : (
                  <span key={index} className={LOOKS[token.kind]}>
                    {token.text}
                  </span>
                ),
              )}
        </code>
      </pre>
    </figure>
  );
}
