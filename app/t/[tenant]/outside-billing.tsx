"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** Shows what leads to the billing pages on every other page. */
export function OutsideBilling({ tenant, children }: { tenant: string; children: ReactNode }) {
  const pathname = usePathname();
  const billing = `/t/${tenant}/billing`;
  return pathname === billing || pathname.startsWith(`${billing}/`) ? null : children;
}
