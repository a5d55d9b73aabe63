import type { ReactNode } from "react";
import { signOutAction } from "@/app/(auth)/actions";
import { AccountShell } from "@/components/shell/account-shell";
import { requireSignedIn } from "@/lib/http/page";

export default async function AccountLayout({ children }: { children: ReactNode }) {
  const { user, memberships } = await requireSignedIn();
  return (
    <AccountShell user={{ name: user.name, email: user.email, isStaff: user.isStaff }} homeHref={memberships[0] ? `/t/${memberships[0].slug}` : "/welcome"} signOutAction={signOutAction}>
      {children}
    </AccountShell>
  );
}
