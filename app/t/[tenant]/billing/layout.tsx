import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { sellsPlans } from "@/lib/billing/service";

/** Where nothing is sold there is nothing to pay, and no page about it. */
export default function BillingLayout({ children }: { children: ReactNode }) {
  if (!sellsPlans()) notFound();
  return children;
}
