"use client";

import { useState, type ComponentProps } from "react";
import { openCheckoutAction, openPortalAction } from "@/app/t/[tenant]/billing/actions";
import { ask } from "@/app/t/[tenant]/billing/send";
import { Button } from "@/components/ui/button";
import type { PlanId } from "@/lib/billing/plans";

type ToStripeProps = {
  tenant: string;
  to: { checkout: PlanId } | { portal: "all" | "payment_method" };
  children: string;
  variant?: ComponentProps<typeof Button>["variant"];
  className?: string;
};

/** Opens one of Stripe's pages in this tab. It stays busy until the page is there: a second click would open a second one. */
export function ToStripe({ tenant, to, children, variant = "secondary", className }: ToStripeProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function open() {
    setBusy(true);
    setProblem(null);
    const answer = "checkout" in to ? await ask(openCheckoutAction, tenant, { plan: to.checkout }) : await ask(openPortalAction, tenant, { part: to.portal });
    if ("data" in answer) return window.location.assign(answer.data.url);
    setProblem(answer.problem);
    setBusy(false);
  }

  return (
    <div className="grid gap-2">
      <Button variant={variant} loading={busy} onClick={() => void open()} className={className}>{children}</Button>
      {problem ? <p role="alert" className="max-w-prose text-sm whitespace-normal text-bad">{problem}</p> : null}
    </div>
  );
}
