"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";

/** Leads to Stripe's page of an invoice in a tab of its own. Stripe leads nobody back from there: whoever returns to this tab is shown what came of it. */
export function ConfirmPayment({ tenant, href, children }: { tenant: string; href: string; children: string }) {
  const router = useRouter();
  const opened = useRef(false);
  useEffect(() => {
    const onReturn = () => {
      if (document.visibilityState !== "visible" || !opened.current) return;
      opened.current = false;
      router.push(`/t/${tenant}/billing?from=confirm`);
    };
    document.addEventListener("visibilitychange", onReturn);
    return () => document.removeEventListener("visibilitychange", onReturn);
  }, [router, tenant]);
  return (
    <Button asChild variant="primary">
      <a href={href} target="_blank" rel="noopener" onClick={() => (opened.current = true)}>{children}<span className="sr-only"> in a new tab</span></a>
    </Button>
  );
}
