import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { DebtNotice } from "@/app/t/[tenant]/billing/debt-notice";
import { InvoiceTable } from "@/app/t/[tenant]/billing/invoice-table";
import { NextInvoiceCard } from "@/app/t/[tenant]/billing/next-invoice-card";
import { PaymentCard } from "@/app/t/[tenant]/billing/payment-card";
import { PlanCard } from "@/app/t/[tenant]/billing/plan-card";
import { isWayBack, ReturnNotice, type WayBack } from "@/app/t/[tenant]/billing/return-notice";
import { excessOf } from "@/app/t/[tenant]/billing/words";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { PageHeader } from "@/components/ui/page-header";
import { UsageGroupTable } from "@/components/usage/usage-group-table";
import { UsageTotals } from "@/components/usage/usage-totals";
import { readNextInvoice } from "@/lib/billing/overview/next-invoice";
import { catchUp, readBilling, readFits } from "@/lib/billing/overview/service";
import type { Standing } from "@/lib/billing/overview/standing";
import { requirePlan } from "@/lib/billing/service";
import { requireTenantPage, type TenantPage } from "@/lib/http/page";
import { roleAllows } from "@/lib/tenants/policy";
import { getUsage } from "@/lib/usage/service";

export const metadata: Metadata = { title: "Billing" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function BillingPage({ params, searchParams }: Props) {
  const page = await requireTenantPage((await params).tenant, "billing:read");
  const { from, back, away } = await searchParams;
  const { admission, allows } = page;
  // Whoever comes from Stripe sees what came of it, whether its event has arrived or not. The address that is led on to
  // does not ask again, and everything around the page is of what was found.
  if (isWayBack(from)) redirect(`/t/${admission.tenant.slug}/billing?back=${from}${(await catchUp(admission.tenant.id)) ? "" : "&away=1"}`);
  const { tenant, period, usage, caps } = admission;
  const [byAgent, byKey] = await Promise.all([getUsage(tenant.id, period, { group_by: "agent", exact: true }), getUsage(tenant.id, period, { group_by: "key", exact: true })]);
  return (
    <>
      <PageHeader title="Billing" description="What this workspace pays for, what it used, and what the next invoice will say." />
      <UsageNotices by={admission} mayDismiss={allows("caps:write")} />
      <div className="grid grid-cols-1 gap-8">
        <PaidPlan page={page} back={isWayBack(back) ? back : null} caughtUp={away === undefined} />
        <UsageTotals total={byKey.total} usage={usage} caps={caps} />
        <UsageGroupTable title="By agent" none="No agent" rows={byAgent.data.filter((row) => row.agent_ms !== 0 || row.model_micros !== 0)} />
        <UsageGroupTable title="By API key" none="From the browser" rows={byKey.data} calls />
      </div>
    </>
  );
}

/** Everything about a plan that is paid through Stripe, or could be. */
async function PaidPlan({ page: { admission, allows }, back, caughtUp }: { page: TenantPage; back: WayBack | null; caughtUp: boolean }) {
  const { tenant, period, overage, quotas, caps } = admission;
  const [overview, fits, nextInvoice] = await Promise.all([readBilling(tenant.id), readFits(tenant.id), readNextInvoice(tenant.id)]);
  const { standing, account, debt } = overview;
  const plan = requirePlan("planId" in standing ? standing.planId : tenant.planId);
  const mayWrite = allows("billing:write");
  // Also whom the plan has no seat for: paying makes room.
  const mayPay = roleAllows(admission.role, "billing:write");
  return (
    <>
      {back ? <ReturnNotice from={back} standing={standing} waits={overview.pending !== null} plan={plan.name} caughtUp={caughtUp} hasCard={account?.card !== null && account !== null} /> : null}
      {debt ? <DebtNotice debt={debt} ended={standing.kind === "free"} mayPay={mayPay} /> : null}
      <div className="grid gap-8 lg:grid-cols-2 lg:items-start">
        <PlanCard tenant={tenant.slug} overview={overview} plan={plan} period={period} overage={overage} quotas={{ ...quotas, calls: caps.calls }} excessOnFree={excessOf(fits.free)} mayWrite={mayWrite} mayPay={mayPay} nameOf={(id) => requirePlan(id).name} />
        <div className="grid content-start gap-8">
          <NextInvoiceCard invoice={nextInvoice} none={noneOf(standing, plan.name, debt !== null)} onlyWithCard={standing.kind === "trial" && !standing.hasCard} />
          <PaymentCard tenant={tenant.slug} account={account} mayPay={mayPay && account !== null} outside={account === null && standing.kind === "contract" && overview.contract?.payment === "outside"} />
        </div>
      </div>
      <InvoiceTable invoices={overview.invoices} />
    </>
  );
}

const AWAY = "Stripe, which makes the invoices, does not answer for the moment. Reload the page in a minute.";

function noneOf(standing: Standing, plan: string, owes: boolean): string {
  switch (standing.kind) {
    case "free":
      return `None: nothing is billed for ${plan}${owes ? ". What is unpaid from before stands under Invoices" : ""}.`;
    case "contract":
      return "Invoices come as the contract says.";
    case "ending":
      return `None for ${plan}: it ends with this period. Only overage up to then is still invoiced.`;
    case "past_due":
      return "The open invoice comes first; pay it below.";
    case "trial":
      if (standing.canceled) return "None: the trial was canceled, and a trial costs nothing.";
      return AWAY;
    case "active":
      return AWAY;
  }
}
