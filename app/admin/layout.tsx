import type { ReactNode } from "react";
import { signOutAction } from "@/app/(auth)/actions";
import { AdminShell } from "@/components/shell/admin-shell";
import { sellsPlans } from "@/lib/billing/service";
import { requireStaffPage } from "@/lib/http/page";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { user } = await requireStaffPage();
  return (
    <AdminShell user={{ name: user.name, email: user.email, isStaff: user.isStaff }} sections={{ staff: true, billing: sellsPlans() }} signOutAction={signOutAction}>
      {children}
    </AdminShell>
  );
}
