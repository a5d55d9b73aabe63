import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { ReconcileTenant } from "@/app/admin/reconcile-tenant";
import { AlertsCard } from "@/app/admin/tenants/[tenant]/alerts-card";
import { ContractCard } from "@/app/admin/tenants/[tenant]/contract-card";
import { CorrectionsCard } from "@/app/admin/tenants/[tenant]/corrections-card";
import { LimitsCard } from "@/app/admin/tenants/[tenant]/limits-card";
import { PauseTenant } from "@/app/admin/tenants/[tenant]/pause-tenant";
import { PauseNotice } from "@/app/admin/tenants/[tenant]/pause-notice";
import { UsageCard } from "@/app/admin/tenants/[tenant]/usage-card";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { getStaffContract } from "@/lib/admin/contract/contract";
import { getStaffTenant } from "@/lib/admin/tenant";
import { requirePlan, sellsPlans } from "@/lib/billing/service";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Tenant" };

export default async function StaffTenantPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { user } = await requireStaffPage();
  const tenant = await getStaffTenant(user.id, (await params).tenant);
  if (!tenant) notFound();
  const plan = requirePlan(tenant.planId);
  const contract = await getStaffContract(user.id, tenant.id);
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
        <ContractCard tenant={tenant} contract={contract} sold={sellsPlans()} />
        <LimitsCard tenant={tenant} />
        <CorrectionsCard tenant={tenant} />
        <AlertsCard alerts={tenant.alerts} />
        {sellsPlans() ? <Card>
          <CardHeader title="Billing" description="Every event that Stripe delivered about this workspace, and what was done." />
          <CardBody>
            <Button asChild variant="secondary"><Link href={`/admin/billing/events?workspace=${tenant.slug}`}>Stripe’s events of this workspace</Link></Button>
          </CardBody>
        </Card> : null}
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
