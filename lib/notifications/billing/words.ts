/** How billing mails say money, time and limits. */
import { formatCount, formatMinutesNumber, formatMoneyCents, formatMoneyMicros } from "@/lib/core/format";
import { PLANS, type Plan, type PlanId } from "@/lib/billing/plans";
import type { Excess } from "@/lib/notifications/billing/schema";

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** `24 November 2026`, for a subject; the mail itself has {@link formatMoment}. @param instant ISO 8601 */
export function formatDay(instant: string): string {
  return day.format(new Date(instant));
}

/** `24 November 2026, 14:05 UTC`. @param instant ISO 8601 */
export function formatMoment(instant: string): string {
  return `${formatDay(instant)}, ${new Date(instant).toISOString().slice(11, 16)} UTC`;
}

export function planName(plan: PlanId): string {
  return PLANS[plan].name;
}

/** `$49.00 a month, plus tax where it applies`. */
export function formatPrice(cents: number): string {
  return cents === 0 ? "$0.00 a month" : `${formatMoneyCents(cents)} a month, plus tax where it applies`;
}

/** A line of a mail's table. */
export type Row = [label: string, value: string];

/** How much smaller the quotas of a trial are. API calls are the plan's. */
const TRIAL_SHARE = 0.1;

/** What a plan includes, or its trial. */
export function includedRows(plan: PlanId, { trial }: { trial: boolean } = { trial: false }): Row[] {
  const { minutesMs, apiCalls, modelSpendMicros, agents, members } = PLANS[plan];
  const [share, period] = trial ? [TRIAL_SHARE, "in the trial"] : [1, "a month"];
  return [
    [`Agent-minutes ${period}`, byContract(minutesMs, (value) => formatMinutesNumber(value * share))],
    [`Model spend ${period}`, byContract(modelSpendMicros, (value) => formatMoneyMicros(value * share))],
    [`API calls ${period}`, byContract(apiCalls, formatCount)],
    ["Agents", agents === null ? "unlimited" : formatCount(agents)],
    ["Members", members === null ? "unlimited" : formatCount(members)],
  ];
}

function byContract(value: number | null, format: (value: number) => string): string {
  return value === null ? "by contract" : format(value);
}

/** `3 agents and 1 member`, with the verb that follows; null when everything fits. */
function countExcess({ agents, members }: Excess, one: string, many: string): string | null {
  const parts = [count(agents, "agent"), count(members, "member")].filter((part) => part !== null);
  return parts.length === 0 ? null : `${parts.join(" and ")} ${agents + members === 1 ? one : many}`;
}

function count(number: number, noun: string): string | null {
  return number === 0 ? null : `${formatCount(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** What happens to what the plan to come has no room for. */
export function excessToCome(excess: Excess, plan: PlanId): string {
  const too = countExcess(excess, "becomes", "become");
  return too === null ? `All agents and members fit into ${planName(plan)}. Nothing is deleted.`
    : `${planName(plan)} has room for fewer agents or members than the workspace has: ${too} read-only, unless you remove as many before. Nothing is deleted.`;
}

/** What happened to what the plan in force has no room for. */
export function excessNow(excess: Excess, plan: PlanId): string {
  const too = countExcess(excess, "is", "are");
  return too === null ? "Nothing was deleted." : `${planName(plan)} has room for fewer agents or members than the workspace has: ${too} read-only now. Nothing was deleted.`;
}

/** `invoice STINT-0003`, or `an invoice` that has no number. */
export function nameInvoice(invoiceNumber: string | null): string {
  return invoiceNumber === null ? "an invoice" : `invoice ${invoiceNumber}`;
}

/** The plan's own price, for a trial. Plans with a trial have one. */
export function listPrice(plan: Plan["id"]): number {
  return PLANS[plan].priceCents ?? 0;
}
