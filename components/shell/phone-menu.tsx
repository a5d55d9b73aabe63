"use client";

import { Check, LogOut, Menu, Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { PlanGauge } from "@/components/shell/plan-gauge";
import { SectionNav, type StaffSections } from "@/components/shell/section-nav";
import type { ShellGauge, ShellTenant, ShellUser, SignOutAction } from "@/components/shell/shell-data";
import { ThemeSwitch } from "@/components/theme/theme-switch";
import { Button } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import { SubmitButton } from "@/components/ui/submit-button";

type PhoneMenuProps = {
  user: ShellUser;
  signOutAction: SignOutAction;
  /** Whose sections, outside a workspace. */
  sections?: StaffSections | "account";
  workspace?: { tenant: ShellTenant; tenants: { slug: string; name: string }[]; gauge: ShellGauge };
};

/** Everything the sidebar holds, in a sheet from the lower edge of a phone. */
export function PhoneMenu({ user, signOutAction, sections = "account", workspace }: PhoneMenuProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Sheet
      open={open}
      onOpenChange={setOpen}
      title={workspace?.tenant.name ?? (sections === "account" ? "Your account" : "Back office")}
      trigger={
        <Button variant="ghost" size="icon" aria-label="Menu" className="size-11">
          <Menu aria-hidden="true" className="size-5" />
        </Button>
      }
    >
      <div className="grid gap-3 p-4">
        <SectionNav of={workspace ? { tenant: workspace.tenant.slug, billing: workspace.tenant.billing } : sections} onNavigate={close} />
        {workspace ? (
          <div className="border-t pt-3" onClick={close}>
            <PlanGauge slug={workspace.tenant.slug} plan={workspace.tenant.plan} gauge={workspace.gauge} />
          </div>
        ) : null}
        {workspace ? (
          <div className="border-t pt-3">
            <p className="px-2 text-xs text-muted">Workspaces</p>
            <ul>
              {workspace.tenants.map((tenant) => (
                <li key={tenant.slug}>
                  <Link href={`/t/${tenant.slug}`} onClick={close} className="flex h-11 items-center justify-between gap-2 rounded px-2 text-base">
                    <span className="truncate">{tenant.name}</span>
                    {tenant.slug === workspace.tenant.slug ? <Check aria-label="Current" className="size-4" /> : null}
                  </Link>
                </li>
              ))}
              <li>
                <Link href="/welcome" onClick={close} className="flex h-11 items-center justify-between gap-2 rounded px-2 text-base">
                  New workspace
                  <Plus aria-hidden="true" className="size-4" />
                </Link>
              </li>
            </ul>
          </div>
        ) : null}
        <div className="flex items-center justify-between gap-3 border-t px-2 pt-3">
          <div className="min-w-0">
            <p className="truncate text-sm">{user.name}</p>
            <p className="truncate text-xs text-muted">{user.email}</p>
          </div>
          <ThemeSwitch />
        </div>
        <div className="flex flex-wrap gap-2 px-2">
          {sections !== "account" ? (
            <Button asChild className="flex-1">
              <Link href="/account" onClick={close}>
                Account
              </Link>
            </Button>
          ) : null}
          {user.isStaff && workspace ? (
            <Button asChild className="flex-1">
              <Link href="/admin" onClick={close}>
                Back office
              </Link>
            </Button>
          ) : null}
          <form action={signOutAction} className="flex-1">
            <SubmitButton variant="secondary" className="w-full">
              <LogOut aria-hidden="true" />
              Sign out
            </SubmitButton>
          </form>
        </div>
      </div>
    </Sheet>
  );
}
