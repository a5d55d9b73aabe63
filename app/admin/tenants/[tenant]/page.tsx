import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ReconcileTenant } from "@/app/admin/reconcile-tenant";
import { AlertsCard } from "@/app/admin/tenants/[tenant]/alerts-card";
import { ContractCard } from "@/app/admin/tenants/[tenant]/contract-card";
import { CorrectionsCard } from "@/app/admin/tenants/[tenant]/corrections-card";
import { LimitsCard } from "@/app/admin/tenants/[tenant]/limits-card";
import { PauseTenant } from "@/app/admin/tenants/[tenant]/pause-tenant";
import { PauseNotice } from "@/app/admin/tenants/[tenant]/pause-notice";
import { SubscriptionCard } from "@/app/admin/tenants/[tenant]/subscription-card";
import { UsageCard } from "@/app/admin/tenants/[tenant]/usage-card";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { getStaffContract } from "@/lib/admin/contract/contract";
import { getStaffSubscription } from "@/lib/admin/subscription/subscription";
import { getStaffTenant } from "@/lib/admin/tenant";
import { requirePlan, sellsPlans } from "@/lib/billing/service";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Tenant" };

export default async function StaffTenantPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { user } = await requireStaffPage();
  const tenant = await getStaffTenant(user.id, (await params).tenant);
  if (!tenant) notFound();
  const plan = requirePlan(tenant.planId);
  const [contract, subscription] = await Promise.all([getStaffContract(user.id, tenant.id), sellsPlans() ? getStaffSubscription(user.id, tenant.id) : null]);
  return (
    <>
      <PageHeader
        title={tenant.name}
        back={{ href: "/admin", label: "Tenants" }}
        description={
          <>
            <span className="font-mono">{tenant.slug}</span>, {plan.name} plan, {tenant.members === 1 ? "1 member" : `${tenant.members} members`}, since <Time at={tenant.createdAt} />
          </>
        }
        action={tenant.deleteAfter ? null : <PauseTenant workspace={tenant.id} name={tenant.name} paused={tenant.pausedAt !== null} />}
      />
      <div className="grid grid-cols-1 gap-8">
        <PauseNotice tenant={tenant} />
        <UsageCard tenant={tenant} planName={plan.name} />
        {subscription ? <SubscriptionCard tenant={tenant} plan={plan} subscription={subscription} nameOf={(id) => requirePlan(id).name} /> : null}
        <ContractCard tenant={tenant} contract={contract} sold={sellsPlans()} />
        <LimitsCard tenant={tenant} />
        <CorrectionsCard tenant={tenant} />
        <AlertsCard alerts={tenant.alerts} />
        <Card>
          <CardHeader title="Reconciliation" description="Compares this workspace’s runs, leases, counters, ledger and rollups at one moment. Nothing is changed by it." />
          <CardBody>
            <ReconcileTenant workspace={tenant.slug} />
          </CardBody>
        </Card>
      </div>
    </>
  );
}
