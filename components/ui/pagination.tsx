import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { buttonVariants } from "@/components/ui/button";

type PaginationProps = {
  /** Address of the page before; nothing on the first page. */
  previousHref?: string | null;
  /** Address of the page after; nothing on the last page. */
  nextHref?: string | null;
  /** A word at the left, such as "50 runs". */
  summary?: ReactNode;
};

function Step({ href, children }: { href: string | null | undefined; children: ReactNode }) {
  const classes = buttonVariants({ variant: "secondary", size: "sm" });
  if (!href) {
    return (
      <span aria-disabled="true" className={classes}>
        {children}
      </span>
    );
  }
  return (
    <Link href={href} className={classes}>
      {children}
    </Link>
  );
}

/** Newer and older pages of a list that is walked by cursor. Draws nothing while there is only one page. */
export function Pagination({ previousHref, nextHref, summary }: PaginationProps) {
  if (!previousHref && !nextHref) return null;
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-4 py-3 text-xs text-muted">
      <span>{summary}</span>
      <span className="flex gap-2">
        <Step href={previousHref}>
          <ChevronLeft aria-hidden="true" />
          Newer
        </Step>
        <Step href={nextHref}>
          Older
          <ChevronRight aria-hidden="true" />
        </Step>
      </span>
    </nav>
  );
}
