import Link from "next/link";
import { OverageForm } from "@/app/t/[tenant]/caps/overage-form";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { formatMoneyMicros } from "@/lib/core/format";
import { overageMark } from "@/lib/caps/policy";

type OverageCardProps = {
  tenant: string;
  plan: string;
  choice: { enabled: boolean; limitMicros: number };
  /** Null: the plan has no overage. */
  microsPerMinute: number | null;
  quotas: { ms: number; micros: number };
  mayWrite: boolean;
  billingHref: string | null;
};

/** Whether work may go past the plan, and what that may cost. */
export function OverageCard({ tenant, plan, choice, microsPerMinute, quotas, mayWrite, billingHref }: OverageCardProps) {
  const on = choice.enabled && microsPerMinute !== null;
  return (
    <Card>
      <CardHeader
        title="Overage" description="Off, work stops at what the plan includes. On, it goes on up to a spend limit that you set."
        action={<Badge tone={on ? "ok" : "neutral"}>{on ? `On, up to ${formatMoneyMicros(choice.limitMicros)} a period` : "Off"}</Badge>}
      />
      <CardBody className="grid grid-cols-1 gap-6">
        {microsPerMinute === null ? (
          <p className="max-w-prose text-sm text-muted">
            {plan} has no overage: no period can cost more than the plan. Starter and Pro have it, at $0.05 a minute.{" "}
            {billingHref ? <Link href={billingHref} className="text-accent-ink underline underline-offset-4">Choose a plan</Link> : null}
          </p>
        ) : mayWrite ? (
          <OverageForm key={overageMark(choice)} tenant={tenant} choice={choice} terms={{ quotaMs: quotas.ms, quotaMicros: quotas.micros, microsPerMinute }} />
        ) : (
          <p className="text-sm text-muted">Owners and billing members can change this.</p>
        )}
      </CardBody>
    </Card>
  );
}
