import Link from "next/link";
import type { ReactNode } from "react";
import { CancelPlan, EndTrial, ResumePlan, UndoDowngrade } from "@/app/t/[tenant]/billing/plan-deeds";
import { PendingNotice } from "@/app/t/[tenant]/billing/pending-notice";
import { ToStripe } from "@/app/t/[tenant]/billing/to-stripe";
import { TrialStrip } from "@/app/t/[tenant]/billing/trial-strip";
import { brandOf, dayOf, excessWords, lastDayOf } from "@/app/t/[tenant]/billing/words";
import { StandingBadge } from "@/components/billing/standing-badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { formatCount, formatMinutesOf, formatMoneyCents, formatMoneyMicros } from "@/lib/core/format";
import type { BillingOverview } from "@/lib/billing/overview/service";
import { trialDays } from "@/lib/billing/overview/standing";
import type { Plan } from "@/lib/billing/plans";
import type { Excess } from "@/lib/notifications/billing/schema";

export type PlanCardProps = {
  tenant: string;
  overview: BillingOverview;
  /** The plan that was bought, else the one in force. */
  plan: Plan;
  period: { start: Date; end: Date };
  overage: { enabled: boolean; spendLimitMicros: number };
  /** What is included in the period, or in the trial: milliseconds, micro-dollars, API calls. */
  quotas: { ms: number; micros: number; calls: number };
  excessOnFree: Excess;
  mayWrite: boolean;
  /** May pay, and nothing else without `mayWrite`. */
  mayPay: boolean;
  nameOf: (planId: Plan["id"]) => string;
};

/** Which plan the workspace has, how it stands with it, and what can be done about it. */
export function PlanCard(props: PlanCardProps) {
  const { overview: { standing, account, contract, pending }, plan, period, overage, quotas } = props;
  const price = contract && standing.kind === "contract" ? contract.priceCents : (account?.planId === plan.id ? account.priceCents : null) ?? plan.priceCents;
  const deeds = props.mayPay ? deedsOf(props) : null;
  return (
    <Card className="flex flex-col" data-standing={standing.kind} aria-label="Plan">
      <CardHeader title={`${plan.name} plan`} description={isGranted(props) ? "Without charge." : price === null ? "Priced by contract." : `${formatMoneyCents(price)} a month${standing.kind === "trial" && !standing.canceled ? " after the trial" : ""}.`} action={<StandingBadge kind={standing.kind} given={isGranted(props)} />} />
      <CardBody className="grid grid-cols-1 content-start gap-4 text-sm">
        <StandingWords {...props} />
        {pending ? <PendingNotice tenant={props.tenant} pending={pending} to={props.nameOf(pending.planId)} from={plan.name} mayPay={props.mayPay} /> : null}
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
          <Fact label={standing.kind === "trial" ? "Trial" : "Period"}>
            <span className="whitespace-nowrap">{dayOf(period.start)}</span> to <span className="whitespace-nowrap">{lastDayOf(period.end)}</span>, UTC
          </Fact>
          {standing.kind === "trial" ? <Fact label="Until then">{formatMinutesOf(quotas.ms)}, {formatMoneyMicros(quotas.micros)} of model spend and {formatCount(quotas.calls)} API calls in all.</Fact> : null}
          <Fact label="Overage">{overage.enabled ? `On: past the quotas, at most ${formatMoneyMicros(overage.spendLimitMicros)} a period.` : `Off: work stops at the quota, so ${standing.kind === "trial" ? "a trial costs nothing" : "the period cannot cost more than the plan"}.`}</Fact>
        </dl>
      </CardBody>
      {deeds ? <CardFooter className="mt-auto gap-3 text-sm">{deeds}</CardFooter> : null}
    </Card>
  );
}

/** A plan that nobody bought: staff put it in force. */
function isGranted({ overview: { standing }, plan }: PlanCardProps): boolean {
  return standing.kind === "free" && plan.priceCents !== 0;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function StandingWords(props: PlanCardProps) {
  const { tenant, overview: { standing, contract, missing }, plan, mayWrite, nameOf } = props;
  if (isGranted(props)) return <p>This plan was given to the workspace: nothing is billed for it, and its caps hold like those of a plan that is paid.</p>;
  switch (standing.kind) {
    case "trial": {
      const after = standing.canceled ? "It was canceled: then the workspace is on Free." : standing.hasCard ? `Then ${plan.name} begins and your card is charged.` : "Then the workspace is on Free, unless you add a card before.";
      return (
        <>
          <TrialStrip {...trialDays(standing, new Date())} />
          <p>The trial ends on <strong className="font-medium">{dayOf(standing.endsAt)}</strong>. {after} A trial has all features of {plan.name} and a tenth of its minutes and model spend.</p>
        </>
      );
    }
    case "active":
      return standing.scheduled ? (
        <Notice title={`${nameOf(standing.scheduled.planId)} begins on ${dayOf(standing.scheduled.at)}`} action={mayWrite ? <UndoDowngrade tenant={tenant} plan={plan.name} to={nameOf(standing.scheduled.planId)} done={`${plan.name} goes on.`} /> : undefined}>
          Until then {plan.name} stays in force.
        </Notice>
      ) : standing.renewsAt ? <p>It renews on <strong className="font-medium">{dayOf(standing.renewsAt)}</strong>.</p> : null;
    case "ending":
      return <Notice tone="warn" title={`${plan.name} ends on ${dayOf(standing.endsAt)}`}>Then the workspace is on Free. Nothing is deleted.</Notice>;
    case "past_due":
      return (
        <Notice tone="bad" title={missingWords(missing)}>
          {standing.reduced ? `Since ${dayOf(standing.graceEndsAt)} the limits of Free hold. They are ${plan.name}’s again as soon as the invoice is paid; nothing was deleted.` : `${plan.name} stays in force until ${dayOf(standing.graceEndsAt)}. Then the limits of Free hold until the invoice is paid.`}
          {standing.endsAt ? ` ${plan.name} was canceled: it ends on ${dayOf(standing.endsAt)}, also when the invoice is paid.` : null}
        </Notice>
      );
    case "contract":
      return (
        <p className="whitespace-pre-line">
          {contract?.terms}
          {"\n"}Since <strong className="font-medium">{dayOf(standing.startsAt)}</strong>{standing.endsAt ? <>, until <strong className="font-medium">{dayOf(standing.endsAt)}</strong></> : ", without an end"}.
        </p>
      );
    case "free":
      return <p>Free for as long as you like. A larger plan has more minutes, runs at once, agents and members.</p>;
  }
}

/** How much is missing, as far as it is known. */
function missingWords(missing: BillingOverview["missing"]): string {
  if (!missing) return "A payment is missing";
  const money = formatMoneyCents(missing.cents);
  return missing.invoices === 1 ? `A payment of ${money} is missing` : `${money} on ${missing.invoices} invoices is missing`;
}

/** What can be done, in a line; on a phone two beside each other, below the first where there is one more. */
function Deeds({ children }: { children: ReactNode }) {
  return <div className="flex w-full flex-wrap gap-2 max-sm:grid max-sm:grid-cols-2 max-sm:[&_a]:w-full max-sm:[&_button]:w-full max-sm:[&>:first-child:nth-last-child(odd)]:col-span-2">{children}</div>;
}

function deedsOf({ tenant, overview: { standing, account, payUrl, debt, pending }, plan, overage, excessOnFree, period, mayWrite }: PlanCardProps): ReactNode {
  const choose = (label: string, variant: "primary" | "secondary") => <Button asChild variant={variant}><Link href={`/t/${tenant}/billing/plans`}>{label}</Link></Button>;
  const cancel = (endsAt: Date, trial: boolean) => !mayWrite ? null : <CancelPlan tenant={tenant} plan={plan.name} endsOn={dayOf(endsAt)} trial={trial} excess={excessWords(excessOnFree)} overageOn={overage.enabled} />;
  const price = formatMoneyCents(account?.priceCents ?? plan.priceCents ?? 0);
  switch (standing.kind) {
    case "free":
      // What is owed comes first; the notice about it has the button.
      return choose(debt ? "See plans" : "Choose a plan", debt ? "secondary" : "primary");
    case "trial":
      if (standing.canceled) return !mayWrite ? null : <ResumePlan tenant={tenant} plan={plan.name} price={price} next={dayOf(standing.endsAt)} done="The trial goes on." />;
      return (
        <Deeds>
          {pending?.needsConfirmation ? null : account?.card ? <EndTrial tenant={tenant} plan={plan.name} price={formatMoneyCents(account.priceCents ?? 0)} card={`${brandOf(account.card.brand)} ending in ${account.card.last4}`} /> : <ToStripe tenant={tenant} to={{ portal: "payment_method" }} variant="primary">Add a card</ToStripe>}
          {choose("Change plan", "secondary")}
          {cancel(standing.endsAt, true)}
        </Deeds>
      );
    case "active":
      if (plan.id === "enterprise") return null;
      return <Deeds>{choose("Change plan", "secondary")}{cancel(standing.renewsAt ?? period.end, false)}</Deeds>;
    case "ending":
      return !mayWrite ? null : <ResumePlan tenant={tenant} plan={plan.name} price={price} next={dayOf(standing.endsAt)} done={`${plan.name} goes on.`} />;
    case "past_due":
      return (
        <Deeds>
          {payUrl ? <Button asChild variant="primary"><a href={payUrl}>Pay invoice</a></Button> : null}
          <ToStripe tenant={tenant} to={{ portal: "payment_method" }} variant={payUrl ? "secondary" : "primary"}>Change card</ToStripe>
          {standing.endsAt ? !mayWrite ? null : <ResumePlan tenant={tenant} plan={plan.name} price={price} next={dayOf(standing.endsAt)} done={`${plan.name} goes on once the invoice is paid.`} variant="secondary" /> : cancel(account?.periodEnd ?? period.end, false)}
        </Deeds>
      );
    case "contract":
      return null;
  }
}
