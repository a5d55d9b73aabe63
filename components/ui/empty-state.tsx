import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

type EmptyStateProps = {
  title: string;
  /** One sentence on what this is for. */
  children: ReactNode;
  /** The one thing to do next. */
  action?: ReactNode;
  /** A `CodeBlock` that does the same from a program. */
  sample?: ReactNode;
  className?: string;
};

/** What stands where a list would be: what it is for, one action, one code sample. */
export function EmptyState({ title, children, action, sample, className }: EmptyStateProps) {
  return (
    <div className={cn("rounded-lg border border-line bg-surface", className)}>
      <div aria-hidden="true" className="ruler mx-4 opacity-70" />
      <div className="grid gap-6 p-6 sm:p-8 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)] lg:gap-12">
        <div>
          <h2 className="text-base font-medium">{title}</h2>
          <p className="mt-1 text-sm text-muted">{children}</p>
          {action ? <div className="mt-4 flex flex-wrap gap-2">{action}</div> : null}
        </div>
        {sample ? <div className="min-w-0">{sample}</div> : null}
      </div>
    </div>
  );
}
