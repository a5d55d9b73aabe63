import { formatCount, formatDuration, formatMinutesNumber, formatMoneyCents, formatMoneyMicros, formatPriceTag } from "@/lib/core/format";
import { MINUTE_MS } from "@/lib/core/time";
import type { Plan } from "@/lib/billing/plans";

const BY_CONTRACT = "by contract";

/** One line of the plans' table: what it is, and how a plan fills it. */
export type PlanLine = { label: string; value: (plan: Plan) => string };

const lineOf = (label: string, value: (plan: Plan) => string): PlanLine => ({ label, value });

/** A limit of whole minutes without the seconds that it does not have. */
function wholeMinutes(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : formatDuration(ms);
}

/** `$49`, `$0`, or `By contract`. */
export function planPrice(plan: Plan): string {
  return plan.priceCents === null ? "By contract" : formatPriceTag(plan.priceCents);
}

export const INCLUDED_LINES: PlanLine[] = [
  lineOf("Agent-minutes", (plan) => (plan.minutesMs === null ? BY_CONTRACT : formatMinutesNumber(plan.minutesMs))),
  lineOf("API calls", (plan) => (plan.apiCalls === null ? BY_CONTRACT : formatCount(plan.apiCalls))),
  lineOf("Model spend", (plan) => (plan.modelSpendMicros === null ? BY_CONTRACT : formatMoneyMicros(plan.modelSpendMicros))),
];

export const LIMIT_LINES: PlanLine[] = [
  lineOf("Runs at once", (plan) => formatCount(plan.concurrentRuns)),
  lineOf("Runs waiting", (plan) => formatCount(plan.queueDepth)),
  lineOf("Longest run", (plan) => wholeMinutes(plan.longestRunMs)),
  lineOf("API requests per minute", (plan) => formatCount(plan.requestsPerMinute)),
  lineOf("Agents", (plan) => (plan.agents === null ? "unlimited" : formatCount(plan.agents))),
  lineOf("Members", (plan) => (plan.members === null ? "unlimited" : formatCount(plan.members))),
];

export const BILLING_LINES: PlanLine[] = [
  lineOf("Price a month", (plan) => planPrice(plan)),
  lineOf("Overage", (plan) => {
    if (plan.overageCentsPerMinute !== null) return `${formatMoneyCents(plan.overageCentsPerMinute)}/min`;
    return plan.priceCents === null ? BY_CONTRACT : "none";
  }),
  lineOf("Trial", (plan) => (plan.trialDays === null ? "–" : `${plan.trialDays} days, no card`)),
];
