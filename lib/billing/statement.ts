import { MINUTE_MS } from "@/lib/core/time";
import type { Plan } from "@/lib/billing/plans";

export type StatementLine = { label: string; detail: string; cents: number };
/** What a period costs so far, by line, in US cents. */
export type Statement = { lines: StatementLine[]; totalCents: number };

/**
 * What the period costs: the plan, and agent-minutes past its quota where overage is on. While overage is off the cap
 * is the quota, so nothing can be added to the plan's price. Cents are rounded once, over the whole period.
 */
export function statementOf(plan: Plan, usedMs: number): Statement {
  const lines: StatementLine[] = [
    { label: `${plan.name} plan`, detail: plan.priceCents === null ? "by contract" : "one month", cents: plan.priceCents ?? 0 },
  ];
  const overMs = Math.max(0, usedMs - (plan.minutesMs ?? usedMs));
  if (plan.overageCentsPerMinute !== null && overMs > 0) {
    lines.push({ label: "Agent-minutes past the quota", detail: `at ${plan.overageCentsPerMinute} ¢ a minute`, cents: Math.round((overMs * plan.overageCentsPerMinute) / MINUTE_MS) });
  }
  return { lines, totalCents: lines.reduce((sum, line) => sum + line.cents, 0) };
}
