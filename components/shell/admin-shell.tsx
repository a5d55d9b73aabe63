import Link from "next/link";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/logo";
import { PhoneMenu } from "@/components/shell/phone-menu";
import { SectionNav, type StaffSections } from "@/components/shell/section-nav";
import type { ShellUser, SignOutAction } from "@/components/shell/shell-data";
import { ShellFrame } from "@/components/shell/shell-frame";
import { UserMenu } from "@/components/shell/user-menu";
import { Badge } from "@/components/ui/badge";

type AdminShellProps = { user: ShellUser; sections: StaffSections; signOutAction: SignOutAction; children: ReactNode };

/** The frame around the staff's pages, `/admin/…`. */
export function AdminShell({ user, sections, signOutAction, children }: AdminShellProps) {
  return (
    <ShellFrame
      homeHref="/admin"
      name="Back office"
      sidebarTop={
        <Link href="/admin" className="flex h-10 w-full items-center justify-between gap-2 rounded px-2">
          <Wordmark />
          <Badge tone="outline">Staff</Badge>
        </Link>
      }
      nav={<SectionNav of={sections} />}
      sidebarFoot={<UserMenu user={user} signOutAction={signOutAction} />}
      phoneMenu={<PhoneMenu user={user} signOutAction={signOutAction} sections={sections} />}
    >
      {children}
    </ShellFrame>
  );
}
