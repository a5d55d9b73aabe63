import type { AccountDiscount } from "@/lib/billing/account/state";
import type { Fit } from "@/lib/billing/overview/service";
import { formatMoneyCents } from "@/lib/core/format";

/** A day as invoices write it, in UTC as they are: `24 November 2026`. */
export function dayOf(at: Date | string): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A moment with its time, in UTC: `24 November 2026, 16:05 UTC`. */
export function momentOf(at: Date | string): string {
  return `${dayOf(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** The last day of a stretch of time whose end belongs to the next. */
export function lastDayOf(end: Date): string {
  return dayOf(new Date(end.getTime() - 1));
}

const BRANDS: Record<string, string> = { visa: "Visa", mastercard: "Mastercard", amex: "American Express", discover: "Discover", diners: "Diners Club", jcb: "JCB", unionpay: "UnionPay", eftpos_au: "eftpos" };

/** A card's brand as people write it. @param brand Stripe's word */
export function brandOf(brand: string): string {
  return BRANDS[brand] ?? brand;
}

/** A country's name in English. @param code ISO 3166, two letters */
export function countryOf(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code;
}

/** `Launch: 20 % off until 24 November 2026`. */
export function discountWords({ name, percentOff, amountOffCents, endsAt }: AccountDiscount): string {
  const off = percentOff !== null ? `${percentOff} % off` : amountOffCents !== null ? `${formatMoneyCents(amountOffCents)} off` : "a discount";
  return `${name}: ${off}${endsAt ? ` until ${dayOf(endsAt)}` : ""}`;
}

/** `3 agents and 1 member`; empty when everything fits. */
export function excessWords({ agents, members }: { agents: number; members: number }): string {
  const count = (number: number, word: string) => (number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`]);
  return [...count(agents, "agent"), ...count(members, "member")].join(" and ");
}

/** How many agents and members have no room. */
export function excessOf(fit: Fit | undefined): { agents: number; members: number } {
  return { agents: fit?.agents.readOnly.length ?? 0, members: fit?.members.readOnly.length ?? 0 };
}

/** What does not fit, by name: a line for each kind of thing, as a plain list. */
export function misfitLines(fit: Fit | undefined): string[] {
  if (!fit) return [];
  const { agents, members, schedules, longestRun } = fit;
  const lines = [
    [agents.readOnly.map(({ name }) => name), (names: string) => `Read-only: the agent${agents.readOnly.length === 1 ? "" : "s"} ${names}. They are kept, and can be neither changed nor run.`],
    [members.readOnly.map(({ name }) => name), (names: string) => `Read-only: ${names}. They can look and change nothing, and keep their role.`],
    [schedules.map(({ agent }) => agent.name), (names: string) => `Paused: ${schedules.length === 1 ? "the schedule" : "schedules"} of ${names}.`],
    [longestRun.agents.map(({ name }) => name), (names: string) => `Shorter runs: ${names}, whose own limit is longer than the plan’s.`],
  ] as const;
  return lines.filter(([names]) => names.length > 0).map(([names, say]) => say(listOf(names)));
}

const MOST_NAMED = 5;

function listOf(names: readonly string[]): string {
  const [named, more] = [names.slice(0, MOST_NAMED), names.length - MOST_NAMED];
  if (more > 0) return `${named.join(", ")} and ${more} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named.join("");
}
