import Link from "next/link";
import { INCLUDED_LINES, LIMIT_LINES, planPrice } from "@/components/marketing/plan-words";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Plan } from "@/lib/billing/plans";

const SHOWN = [...INCLUDED_LINES, ...LIMIT_LINES.slice(0, 3).filter((line) => line.label !== "Runs waiting")];

/** The plans side by side. Only the free one can be taken in this version, and the cards say so. */
export function PlanCards({ plans, heading: Heading = "h3" }: { plans: Plan[]; heading?: "h2" | "h3" }) {
  return (
    <ul className="grid gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-2 lg:grid-cols-4">
      {plans.map((plan) => {
        const open = plan.priceCents === 0;
        return (
          <li key={plan.id} className="flex flex-col bg-surface">
            {/* One tick above each plan; the open one's is the accent's. */}
            <div aria-hidden="true" className={cn("ml-6 h-3 w-0.5", open ? "bg-accent" : "bg-line-strong")} />
            <div className="px-6 pt-3">
              <Heading className="text-base">{plan.name}</Heading>
              <p className="mt-2 flex items-baseline gap-1.5">
                <span className={plan.priceCents === null ? "text-2xl" : "measured text-2xl"}>{planPrice(plan)}</span>
                {plan.priceCents === null ? null : <span className="text-sm text-muted">a month</span>}
              </p>
            </div>
            <dl className="grid gap-2 px-6 py-6 text-sm">
              {SHOWN.map((line) => (
                <div key={line.label} className="flex items-baseline justify-between gap-3">
                  <dt className="text-muted">{line.label}</dt>
                  <dd className="measured text-right text-xs">{line.value(plan)}</dd>
                </div>
              ))}
            </dl>
            <div className="mt-auto px-6 pb-6">
              {open ? (
                <Button asChild variant="primary" className="w-full">
                  <Link href="/sign-up">Create account</Link>
                </Button>
              ) : (
                <p className="flex h-9 items-center justify-center rounded border border-dashed border-line-strong text-sm text-muted">Not on sale yet</p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
