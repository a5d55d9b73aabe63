import Link from "next/link";
import { INCLUDED_LINES, LIMIT_LINES, planPrice } from "@/components/marketing/plan-words";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Plan } from "@/lib/billing/plans";

const SHOWN = [...INCLUDED_LINES, ...LIMIT_LINES.slice(0, 3).filter((line) => line.label !== "Runs waiting")];

type PlanCardsProps = {
  plans: Plan[];
  heading?: "h2" | "h3";
  /** Where somebody who is signed in chooses a plan, which one is in force there, and whether they may still try one; null: nobody is. */
  own: { href: string; planId: string; trial: boolean } | null;
};

/** The plans side by side, each with the way to it. */
export function PlanCards({ plans, heading: Heading = "h3", own }: PlanCardsProps) {
  return (
    <ul className="grid gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-2 lg:grid-cols-4">
      {plans.map((plan) => {
        const marked = own ? plan.id === own.planId : plan.priceCents === 0;
        return (
          <li key={plan.id} className="flex flex-col bg-surface">
            {/* One tick above each plan; the accent's is above the reader's own, for a stranger above the open one. */}
            <div aria-hidden="true" className={cn("ml-6 h-3 w-0.5", marked ? "bg-accent" : "bg-line-strong")} />
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
              <PlanAction plan={plan} own={own} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function PlanAction({ plan, own }: { plan: Plan } & Pick<PlanCardsProps, "own">) {
  if (own?.planId === plan.id) return <Quiet>Your plan now</Quiet>;
  if (plan.priceCents === 0) {
    return (
      <Button asChild variant={own ? "secondary" : "primary"} className="w-full">
        {own ? <Link href={own.href}>Move to {plan.name}</Link> : <Link href="/sign-up">Create account</Link>}
      </Button>
    );
  }
  if (plan.priceCents === null) return <Quiet>Agreed with the operator</Quiet>;
  return (
    <Button asChild variant="secondary" className="w-full">
      <Link href={own ? `${own.href}?plan=${plan.id}` : `/sign-up?plan=${plan.id}`}>{plan.trialDays === null || own?.trial === false ? `Choose ${plan.name}` : `Try ${plan.name} for ${plan.trialDays} days`}</Link>
    </Button>
  );
}

function Quiet({ children }: { children: string }) {
  return <p className="flex h-9 items-center justify-center rounded border border-dashed border-line-strong text-sm text-muted">{children}</p>;
}
