import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { sellsPlans } from "@/lib/billing/service";

/** Where nothing is sold there is nobody's billing to look at. */
export default function StaffBillingLayout({ children }: { children: ReactNode }) {
  if (!sellsPlans()) notFound();
  return children;
}
