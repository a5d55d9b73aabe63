import type { Metadata } from "next";
import { DebtNotice } from "@/app/t/[tenant]/billing/debt-notice";
import { PlanOffer } from "@/app/t/[tenant]/billing/plans/plan-offer";
import { PlanTable } from "@/components/marketing/plan-table";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { rankOf } from "@/lib/billing/account/changes";
import { choiceOf } from "@/lib/billing/overview/choices";
import { readBilling, readFits } from "@/lib/billing/overview/service";
import { offeredPlans } from "@/lib/billing/service";
import { isTrialOffered } from "@/lib/billing/trial-offer";
import { roleAllows } from "@/lib/tenants/policy";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Plans" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function PlansPage({ params, searchParams }: Props) {
  const { user, admission: { tenant, overage, role }, allows } = await requireTenantPage((await params).tenant, "billing:read");
  const { plan: asked } = await searchParams;
  const wanted = asked === "pro" ? "pro" : "starter";
  const [{ standing, account, debt, pending, payUrl }, fits, trial] = await Promise.all([readBilling(tenant.id), readFits(tenant.id), isTrialOffered(tenant.id, user.email)]);
  const plans = offeredPlans();
  const offers = plans.map((plan) => ({ plan, choice: choiceOf(plan, standing, { rankOf, noTrial: !trial, owes: debt !== null, pending }) }));
  // Who has yet to buy looks for the plan they came for, everybody else for their own.
  const marked = (offers.find(({ plan, choice }) => plan.id === wanted && choice.kind === "buy") ?? offers.find(({ choice }) => choice.kind === "current"))?.plan.id;
  return (
    <>
      <PageHeader title="Plans" description="A larger plan begins at once, a smaller one when the period ends. Nothing is ever deleted." back={{ href: `/t/${tenant.slug}/billing`, label: "Billing" }} />
      <div className="grid grid-cols-1 gap-8">
        {debt ? <DebtNotice debt={debt} ended={standing.kind === "free"} mayPay={roleAllows(role, "billing:write")} /> : null}
        <ul className="grid gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-2 xl:grid-cols-4">
          {offers.map(({ plan, choice }) => (
            <PlanOffer
              key={plan.id} tenant={tenant.slug} plan={plan} standing={standing} choice={choice} fit={fits[plan.id]}
              wanted={wanted === plan.id} marked={marked === plan.id} payUrl={payUrl ?? debt?.payUrl ?? null} atBank={pending?.needsConfirmation === true} mayWrite={allows("billing:write")} mayPay={roleAllows(role, "billing:write")} overageOn={overage.enabled} card={account?.card ?? null}
            />
          ))}
        </ul>
        <Card>
          <CardHeader title="Every limit of every plan" />
          <CardBody><PlanTable plans={plans} /></CardBody>
        </Card>
      </div>
    </>
  );
}
