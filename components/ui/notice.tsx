import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

type NoticeTone = "info" | "ok" | "warn" | "bad";

const LOOKS: Record<NoticeTone, { icon: LucideIcon; box: string; mark: string }> = {
  info: { icon: Info, box: "border-line-strong bg-surface", mark: "text-muted" },
  ok: { icon: CircleCheck, box: "border-transparent bg-ok-wash", mark: "text-ok" },
  warn: { icon: TriangleAlert, box: "border-transparent bg-warn-wash", mark: "text-warn" },
  bad: { icon: CircleAlert, box: "border-transparent bg-bad-wash", mark: "text-bad" },
};

type NoticeProps = { tone?: NoticeTone; title?: ReactNode; children?: ReactNode; action?: ReactNode; className?: string };

/** A remark about the page or the form: what happened, what was not lost, what to do. Bad news is announced at once. */
export function Notice({ tone = "info", title, children, action, className }: NoticeProps) {
  const { icon: Icon, box, mark } = LOOKS[tone];
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={cn("flex items-start gap-3 rounded-lg border px-4 py-3 text-sm", box, className)}>
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", mark)} />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-medium text-ink">{title}</p> : null}
        {children ? <div className="text-ink">{children}</div> : null}
      </div>
      {action ? <div className="shrink-0">{action}</div> : null}
    </div>
  );
}
