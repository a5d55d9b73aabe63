import Link from "next/link";
import type { ReactNode } from "react";
import { CancelPlan } from "@/app/t/[tenant]/billing/plan-deeds";
import { DowngradePlan, StartTrial, SwitchTrialPlan } from "@/app/t/[tenant]/billing/plans/plan-changes";
import { UpgradePlan } from "@/app/t/[tenant]/billing/plans/upgrade-plan";
import { ToStripe } from "@/app/t/[tenant]/billing/to-stripe";
import { brandOf, dayOf, excessOf, excessWords, misfitLines } from "@/app/t/[tenant]/billing/words";
import { INCLUDED_LINES, LIMIT_LINES, planPrice } from "@/components/marketing/plan-words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Card } from "@/lib/billing/account/state";
import type { PlanChoice } from "@/lib/billing/overview/choices";
import type { Fit } from "@/lib/billing/overview/service";
import type { Standing } from "@/lib/billing/overview/standing";
import { PLANS, type Plan } from "@/lib/billing/plans";

const SHOWN = [...INCLUDED_LINES, ...LIMIT_LINES.filter(({ label }) => label === "Runs at once" || label === "Agents" || label === "Members")];

/** What is paid for, and so makes room for whoever has no seat. */
const PAID_FOR: ReadonlySet<PlanChoice["kind"]> = new Set(["buy", "upgrade", "waiting"]);

type PlanOfferProps = {
  tenant: string; plan: Plan; standing: Standing; choice: PlanChoice; fit: Fit | undefined; mayWrite: boolean; /** May pay, and nothing else without `mayWrite`. */ mayPay: boolean; overageOn: boolean; card: Card | null;
  /** The plan that was chosen on the pricing page, else the one that most begin with. */
  wanted: boolean;
  /** The one plan of the page with the accent's tick. */
  marked: boolean;
  /** Where what is owed is paid; null: it is not known of. */
  payUrl: string | null;
  /** A change waits for the bank's answer, and comes before everything else. */
  atBank: boolean;
};

/** One plan with what it includes, what would not fit, and the one thing that can be done with it from here. */
export function PlanOffer(props: PlanOfferProps) {
  const { plan, choice, fit, marked, mayWrite, mayPay } = props;
  const current = choice.kind === "current";
  const misfit = excessWords(excessOf(fit));
  return (
    <li className="flex flex-col bg-surface" data-plan={plan.id} data-choice={choice.kind}>
      <div aria-hidden="true" className={cn("ml-6 h-3 w-0.5", marked ? "bg-accent" : "bg-line-strong")} />
      <div className="px-6 pt-3">
        <div className="flex items-center justify-between gap-2">
          <h2 className="text-base">{plan.name}</h2>
          {current ? <Badge tone="now">{props.standing.kind === "trial" ? "In trial" : "Your plan"}</Badge> : choice.kind === "scheduled" ? <Badge tone="warn">Scheduled</Badge> : choice.kind === "waiting" ? <Badge tone="warn">To be confirmed</Badge> : null}
        </div>
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
      {misfit && !current ? <p className="px-6 pb-4 text-sm text-warn">{misfit} will not fit and become read-only.</p> : null}
      <div className="mt-auto grid gap-2 px-6 pb-6 [&_a]:w-full [&_button]:w-full">{mayWrite || current || (mayPay && PAID_FOR.has(choice.kind)) ? deedOf(props) : null}</div>
    </li>
  );
}

function deedOf({ tenant, plan, standing, choice, fit, overageOn, card, wanted, mayWrite, mayPay, payUrl, atBank }: PlanOfferProps): ReactNode {
  const present = "planId" in standing ? PLANS[standing.planId] : PLANS.free;
  switch (choice.kind) {
    case "current":
      return standing.kind !== "trial" ? <Quiet>Your plan</Quiet> : (
        <>
          <Quiet>{`In trial until ${dayOf(standing.endsAt)}`}</Quiet>
          {mayPay && !standing.hasCard && !standing.canceled && !atBank ? <ToStripe tenant={tenant} to={{ portal: "payment_method" }} variant="primary">Add a card</ToStripe> : null}
        </>
      );
    case "buy":
      return (
        <>
          {choice.trial && mayWrite ? <StartTrial tenant={tenant} plan={plan} primary={wanted} /> : null}
          <ToStripe tenant={tenant} to={{ checkout: plan.id }} variant={!choice.trial && wanted ? "primary" : "secondary"}>{`Buy ${plan.name}`}</ToStripe>
        </>
      );
    case "switch_trial":
      return standing.kind === "trial" ? <SwitchTrialPlan tenant={tenant} plan={plan} endsOn={dayOf(standing.endsAt)} misfits={misfitLines(fit)} /> : null;
    case "upgrade":
      return <UpgradePlan tenant={tenant} plan={plan} from={present.name} card={card ? `${brandOf(card.brand)} ending in ${card.last4}` : null} />;
    case "waiting":
      return <Button asChild variant="primary"><Link href={`/t/${tenant}/billing`}>See what waits</Link></Button>;
    case "downgrade":
      return standing.kind === "active" && standing.renewsAt ? <DowngradePlan tenant={tenant} plan={plan} from={present.name} on={dayOf(standing.renewsAt)} misfits={misfitLines(fit)} /> : null;
    case "scheduled":
      return <Quiet>Begins on {dayOf(choice.at)}</Quiet>;
    case "cancel":
      return <CancelPlan tenant={tenant} plan={present.name} endsOn={dayOf(choice.endsAt)} trial={standing.kind === "trial"} excess={excessWords(excessOf(fit))} overageOn={overageOn} label={`Cancel and move to ${plan.name}`} />;
    case "by_contract":
      return <Quiet>{`More than ${PLANS.pro.name}, by contract`}</Quiet>;
    case "blocked":
      if (choice.at === undefined) return <Quiet>{choice.why}</Quiet>;
      return <Quiet><Link href={choice.at === "invoice" && payUrl ? payUrl : `/t/${tenant}/billing`} className="text-accent-ink underline underline-offset-4">{choice.why}</Link></Quiet>;
  }
}

function Quiet({ children }: { children: ReactNode }) {
  return <p className="flex min-h-9 items-center justify-center rounded border border-dashed border-line-strong px-2 text-center text-sm text-muted">{children}</p>;
}
