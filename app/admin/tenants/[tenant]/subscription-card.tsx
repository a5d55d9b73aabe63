import Link from "next/link";
import type { ReactNode } from "react";
import { InvoiceStatus } from "@/components/billing/invoice-status";
import { StandingBadge } from "@/components/billing/standing-badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { periodWords } from "@/components/admin/period-words";
import type { StaffTenant } from "@/lib/admin/schema";
import type { StaffInvoice, StaffSubscription } from "@/lib/admin/subscription/subscription";
import type { Standing } from "@/lib/billing/overview/standing";
import type { Plan, PlanId } from "@/lib/billing/plans";
import { formatMoneyCents } from "@/lib/core/format";

type SubscriptionCardProps = {
  tenant: StaffTenant;
  /** The one in force. */
  plan: Plan;
  subscription: StaffSubscription;
  nameOf: (planId: PlanId) => string;
};

const link = "text-accent-ink underline underline-offset-4";
const COLUMNS: Column<StaffInvoice>[] = [
  { id: "number", header: "Invoice", primary: true, cell: ({ number, status, id }) => <span className="font-mono">{number ?? (status === "draft" ? "New invoice" : id)}</span> },
  { id: "date", header: "Date", cell: ({ date }) => <Time at={date} look="absolute" /> },
  { id: "status", header: "Status", cell: (row) => <InvoiceStatus invoice={row} /> },
  { id: "total", header: "Total", align: "right", cell: ({ totalCents }) => <span className="measured">{formatMoneyCents(totalCents)}</span> },
  { id: "remaining", header: "To be paid", align: "right", cell: ({ remainingCents }) => <span className="measured">{formatMoneyCents(remainingCents)}</span> },
  { id: "links", header: "Documents", align: "right", cell: (row) => <Documents invoice={row} /> },
];

/** What a workspace bought, how it stands with it, what it owes, and its newest invoices: as Stripe last told it. */
export function SubscriptionCard({ tenant, plan, subscription, nameOf }: SubscriptionCardProps) {
  const { standing, account, invoices } = subscription;
  const given = standing.kind === "free" && plan.priceCents !== 0;
  return (
    <Card aria-label="Subscription">
      <CardHeader
        title="Subscription"
        description={<StandingBadge kind={standing.kind} given={given} />}
        action={<Button asChild variant="secondary"><Link href={`/admin/billing/events?workspace=${tenant.slug}`}>Stripe’s events of this workspace</Link></Button>}
      />
      <CardBody className="grid grid-cols-1 gap-4 text-sm">
        <p className="max-w-prose"><StandingWords subscription={subscription} given={given ? plan.name : null} nameOf={nameOf} /></p>
        <Facts subscription={subscription} nameOf={nameOf} />
      </CardBody>
      {invoices.length > 0 ? <div className="border-t"><DataTable caption="Newest invoices" columns={COLUMNS} rows={invoices} rowKey={({ id }) => id} /></div> : null}
      {account?.syncedAt ? <CardFooter><p>As Stripe told it, <Time at={account.syncedAt} /></p></CardFooter> : null}
    </Card>
  );
}

function Facts({ subscription: { standing, account, priceCents, pending, debt, invoices }, nameOf }: { subscription: StaffSubscription; nameOf: SubscriptionCardProps["nameOf"] }) {
  const bought = "planId" in standing ? standing.planId : null;
  const period = account?.periodStart && account.periodEnd && bought ? { start: account.periodStart.toISOString(), end: account.periodEnd.toISOString() } : null;
  if (!account && standing.kind === "free") return null;
  return (
    <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-3">
      {bought ? <Fact name="Plan bought">{nameOf(bought)}</Fact> : null}
      {priceCents === null ? null : <Fact name="Price"><span className="measured">{formatMoneyCents(priceCents)}</span> a month{standing.kind === "trial" ? ", after the trial" : ""}</Fact>}
      {period ? <Fact name="Period">{periodWords(period)}, UTC</Fact> : null}
      <Fact name="Scheduled change"><ScheduledChange standing={standing} nameOf={nameOf} /></Fact>
      {pending ? <Fact name="Change that waits for its payment">to {nameOf(pending.planId)}, for <span className="measured">{formatMoneyCents(pending.dueCents)}</span>, until <Time at={pending.expiresAt} look="absolute" /></Fact> : null}
      <Fact name="Owed">
        {debt ? <><span className="measured" data-owed-cents={debt.cents}>{formatMoneyCents(debt.cents)}</span> on {debt.invoices === 1 ? "one invoice" : `${debt.invoices} invoices`}, since <Time at={debt.since.toISOString()} look="absolute" /></> : "nothing"}
      </Fact>
      {account?.balanceCents ? <Fact name={account.balanceCents < 0 ? "Credit for the next invoice" : "Added to the next invoice"}><span className="measured">{formatMoneyCents(Math.abs(account.balanceCents))}</span></Fact> : null}
      {account?.customerId ? <Fact name="Card">{account.card ? `${account.card.brand}, ending in ${account.card.last4}` : "none"}</Fact> : null}
      {account?.customerId ? <Fact name="Customer at Stripe"><Copied text={account.customerId} label="Copy customer id" /></Fact> : null}
      {account?.subscriptionId && bought ? <Fact name="Subscription at Stripe"><Copied text={account.subscriptionId} label="Copy subscription id" /></Fact> : null}
      {invoices.length === 0 ? <Fact name="Invoices">none yet</Fact> : null}
    </dl>
  );
}

function ScheduledChange({ standing, nameOf }: { standing: Standing; nameOf: SubscriptionCardProps["nameOf"] }) {
  if (standing.kind === "active" && standing.scheduled) return <>{nameOf(standing.scheduled.planId)} from <Time at={standing.scheduled.at.toISOString()} look="absolute" /></>;
  if (standing.kind === "ending" || (standing.kind === "trial" && standing.canceled)) return <>Free from <Time at={standing.endsAt.toISOString()} look="absolute" /></>;
  return "none";
}

function StandingWords({ subscription: { standing, account }, given, nameOf }: { subscription: StaffSubscription; given: string | null; nameOf: SubscriptionCardProps["nameOf"] }): ReactNode {
  switch (standing.kind) {
    case "free":
      if (given) return `${given} was put in force by hand: nothing is billed for it.`;
      if (account?.endedAt) return <>On Free: the subscription ended <Time at={account.endedAt.toISOString()} look="absolute" />.</>;
      if (!account || account.subscriptionId === null) return "Never bought a plan, and is on Free. With its first trial or purchase, what it pays for and its invoices appear here.";
      return `On Free: at Stripe its subscription is ${account.status.replaceAll("_", " ")}.`;
    case "contract":
      return "By contract, whose terms stand in the next card.";
    case "trial": {
      const then = standing.canceled ? "It was canceled: then the workspace is on Free." : standing.hasCard ? `Then ${nameOf(standing.planId)} begins and the card is charged.` : "Then the workspace is on Free, unless a card is added before.";
      return <>In trial of {nameOf(standing.planId)} until <Time at={standing.endsAt.toISOString()} look="absolute" />. {then}</>;
    }
    case "active":
      return standing.renewsAt ? <>{nameOf(standing.planId)} is paid, and {standing.scheduled ? "goes on" : "renews"} {standing.scheduled ? "until" : "on"} <Time at={(standing.scheduled?.at ?? standing.renewsAt).toISOString()} look="absolute" />.</> : `${nameOf(standing.planId)} is paid.`;
    case "ending":
      return <>{nameOf(standing.planId)} was canceled and ends on <Time at={standing.endsAt.toISOString()} look="absolute" />. Then the workspace is on Free.</>;
    case "past_due": {
      const grace = <Time at={standing.graceEndsAt.toISOString()} look="absolute" />;
      return standing.reduced ? <>A payment is missing. Since {grace} the limits of Free hold, until it is paid.</> : <>A payment is missing. {nameOf(standing.planId)} stays in force until {grace}; then the limits of Free hold until it is paid.</>;
    }
  }
}

function Documents({ invoice: { id, number, hostedUrl, pdfUrl } }: { invoice: StaffInvoice }) {
  const name = number ?? id;
  return (
    <span className="inline-flex gap-4">
      {hostedUrl ? <a className={link} href={hostedUrl} aria-label={`View ${name}`}>View</a> : null}
      {pdfUrl ? <a className={link} href={pdfUrl} aria-label={`PDF of ${name}`}>PDF</a> : null}
    </span>
  );
}

function Copied({ text, label }: { text: string; label: string }) {
  return <span className="inline-flex min-w-0 max-w-full items-center gap-1"><span className="min-w-0 font-mono wrap-anywhere">{text}</span><CopyButton text={text} label={label} /></span>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
