import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

/** A grey block of the shape that is about to arrive. */
export function Skeleton({ className, ...props }: ComponentProps<"div">) {
  return <div aria-hidden="true" className={cn("animate-breathe rounded bg-sunken", className)} {...props} />;
}

/** Rows of a table that is about to arrive. Says so once to screen readers. */
export function TableSkeleton({ rows = 6, what }: { rows?: number; what: string }) {
  return (
    <div role="status" className="divide-y">
      <span className="sr-only">Loading {what}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-9 items-center gap-6 px-4">
          <Skeleton className={cn("h-3", index % 3 === 0 ? "w-40" : index % 3 === 1 ? "w-28" : "w-52")} />
          <Skeleton className="ml-auto h-3 w-16" />
          <Skeleton className="h-3 w-20 max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
