import Link from "next/link";
import { formatCount, formatExact, formatMeasure } from "@/lib/core/format";
import type { Quantities } from "@/lib/usage/schema";
import { amountOf, PAGE_METERS, type UsageView } from "@/lib/usage/view";
import { viewHref } from "@/app/t/[tenant]/usage/view-links";

const METERS = Object.keys(PAGE_METERS) as UsageView["meter"][];

/** What was used of each meter, and the switch between them. */
export function MeterTiles({ slug, view, total }: { slug: string; view: UsageView; total: Quantities }) {
  return (
    <nav aria-label="Meter" className="grid grid-cols-2 overflow-hidden rounded-lg border bg-surface lg:grid-cols-4">
      {METERS.map((meter) => {
        const { name, measure } = PAGE_METERS[meter];
        const amount = amountOf(total, meter);
        return (
          <Link
            key={meter}
            href={viewHref(slug, view, { meter })}
            scroll={false}
            prefetch={false}
            aria-current={view.meter === meter ? "true" : undefined}
            className="relative -mt-px -ml-px block min-w-0 border-t border-l px-4 py-3 text-muted transition-colors hover:bg-sunken/60 focus-visible:-outline-offset-2 aria-[current=true]:text-ink aria-[current=true]:before:absolute aria-[current=true]:before:inset-x-0 aria-[current=true]:before:top-0 aria-[current=true]:before:h-0.5 aria-[current=true]:before:bg-ink"
          >
            <span className="block truncate text-xs">{name}</span>
            <span className="measured block truncate text-base text-ink" title={formatExact(amount, measure)}>{measure === "calls" || measure === "tokens" ? formatCount(amount) : formatMeasure(amount, measure)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
