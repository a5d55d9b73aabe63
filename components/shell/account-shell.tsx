import Link from "next/link";
import type { ReactNode } from "react";
import { Wordmark } from "@/components/brand/logo";
import { PhoneMenu } from "@/components/shell/phone-menu";
import { SectionNav } from "@/components/shell/section-nav";
import type { ShellUser, SignOutAction } from "@/components/shell/shell-data";
import { ShellFrame } from "@/components/shell/shell-frame";
import { UserMenu } from "@/components/shell/user-menu";

type AccountShellProps = {
  user: ShellUser;
  signOutAction: SignOutAction;
  /** Where the way back leads: the user's first workspace, or where one is made. */
  homeHref: string;
  children: ReactNode;
};

/** The frame around the pages about oneself, `/account/…`. */
export function AccountShell({ user, signOutAction, homeHref, children }: AccountShellProps) {
  return (
    <ShellFrame
      homeHref={homeHref}
      name="Your account"
      sidebarTop={
        <Link href={homeHref} aria-label="Stint, to your workspace" className="flex h-10 w-full items-center gap-2 rounded px-2">
          <Wordmark />
        </Link>
      }
      nav={<SectionNav of="account" />}
      sidebarFoot={<UserMenu user={user} signOutAction={signOutAction} />}
      phoneMenu={<PhoneMenu user={user} signOutAction={signOutAction} sections="account" />}
    >
      {children}
    </ShellFrame>
  );
}
