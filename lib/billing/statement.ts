import { formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";
import { minutesMicros, overageCents, type Overage } from "@/lib/billing/overage";
import type { Plan } from "@/lib/billing/plans";

export type StatementLine = { label: string; detail: string; cents: number };
/** What a period costs so far, by line, in US cents. */
export type Statement = { lines: StatementLine[]; totalCents: number };

/** What the period costs: the plan, and what its counter charges past the quotas. Cents are rounded once, over the whole period. */
export function statementOf(plan: Plan, overage: Overage): Statement {
  const lines: StatementLine[] = [
    { label: `${plan.name} plan`, detail: plan.priceCents === null ? "by contract" : "one month", cents: plan.priceCents ?? 0 },
  ];
  const cents = overageCents(overage);
  if (cents > 0) lines.push({ label: "Use past the quotas", detail: overageDetail(overage), cents });
  return { lines, totalCents: lines.reduce((sum, line) => sum + line.cents, 0) };
}

/** What an overage is made of: `12.5 min for $0.63, model spend $0.12`. */
export function overageDetail(overage: Overage): string {
  const parts = [];
  if (overage.ms > 0n) parts.push(`${formatMinutesOf(Number(overage.ms))} for ${formatMoneyMicros(Number(minutesMicros(overage)))}`);
  if (overage.modelMicros > 0n) parts.push(`model spend ${formatMoneyMicros(Number(overage.modelMicros))}`);
  return parts.join(", ");
}
