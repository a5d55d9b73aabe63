import type { ReactNode } from "react";
import { PhoneMenu } from "@/components/shell/phone-menu";
import { PlanGauge } from "@/components/shell/plan-gauge";
import { SectionNav } from "@/components/shell/section-nav";
import type { ShellGauge, ShellTenant, ShellUser, SignOutAction } from "@/components/shell/shell-data";
import { ShellFrame } from "@/components/shell/shell-frame";
import { UserMenu } from "@/components/shell/user-menu";
import { WorkspaceSwitcher } from "@/components/shell/workspace-switcher";

type AppShellProps = {
  tenant: ShellTenant;
  /** Every workspace the user belongs to, this one included. */
  tenants: { slug: string; name: string }[];
  user: ShellUser;
  gauge: ShellGauge;
  signOutAction: SignOutAction;
  children: ReactNode;
};

/** The frame around a workspace's pages, `/t/[tenant]/…`. */
export function AppShell({ tenant, tenants, user, gauge, signOutAction, children }: AppShellProps) {
  return (
    <ShellFrame
      homeHref={`/t/${tenant.slug}`}
      name={tenant.name}
      sidebarTop={<WorkspaceSwitcher tenant={tenant} tenants={tenants} />}
      nav={<SectionNav of={{ tenant: tenant.slug, billing: tenant.billing }} />}
      sidebarFoot={
        <>
          <PlanGauge slug={tenant.slug} plan={tenant.plan} gauge={gauge} />
          <UserMenu user={user} signOutAction={signOutAction} />
        </>
      }
      phoneMenu={<PhoneMenu user={user} signOutAction={signOutAction} workspace={{ tenant, tenants, gauge }} />}
    >
      {children}
    </ShellFrame>
  );
}
