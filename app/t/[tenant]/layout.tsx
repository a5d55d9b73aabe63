import type { ReactNode } from "react";
import { signOutAction } from "@/app/(auth)/actions";
import { BillingBanner } from "@/app/t/[tenant]/billing-banner";
import { DeletionBanner } from "@/app/t/[tenant]/deletion-banner";
import { NoSeatNotice } from "@/app/t/[tenant]/read-only";
import { OutsideBilling } from "@/app/t/[tenant]/outside-billing";
import { AppShell } from "@/components/shell/app-shell";
import { requirePlan, sellsPlans } from "@/lib/billing/service";
import { requireTenantPage } from "@/lib/http/page";
import { roleAllows } from "@/lib/tenants/policy";

export default async function TenantLayout({ children, params }: { children: ReactNode; params: Promise<{ tenant: string }> }) {
  const { user, memberships, admission, allows } = await requireTenantPage((await params).tenant);
  const { tenant, usage, caps } = admission;
  return (
    <AppShell
      tenant={{ slug: tenant.slug, name: tenant.name, plan: requirePlan(tenant.planId).name, billing: allows("billing:read") && sellsPlans() }}
      tenants={memberships.map(({ slug, name }) => ({ slug, name }))}
      user={{ name: user.name, email: user.email, isStaff: user.isStaff }}
      gauge={{ usedMs: usage.ms, capMs: caps.ms }}
      signOutAction={signOutAction}
    >
      {tenant.deleteAfter ? <DeletionBanner tenant={tenant.slug} deleteAfter={tenant.deleteAfter.toISOString()} mayKeep={allows("tenant:delete")} /> : null}
      {admission.readOnly ? <NoSeatNotice plansHref={sellsPlans() && roleAllows(admission.role, "billing:write") ? `/t/${tenant.slug}/billing/plans` : null} /> : null}
      <OutsideBilling tenant={tenant.slug}><BillingBanner tenant={tenant} mayRead={allows("billing:read")} mayPay={roleAllows(admission.role, "billing:write")} /></OutsideBilling>
      {children}
    </AppShell>
  );
}
