/** When a report counts, and how it is named. Pure. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";

/** How long Stripe is certain to know an identifier or a key again; a day, less an hour for clocks and queues. */
export const REMEMBERED_MS = 23 * HOUR_MS;

/** A draft that closes sooner than this is taken for closed: an event takes a moment to be counted. */
const LEAST_OPEN_MS = 2 * MINUTE_MS;

/** A report's identifier: the same total of the same period is the same event. */
export function reportIdentifier(tenantId: string, periodStart: Date, toMicros: bigint): string {
  return `${tenantId}:${periodStart.toISOString()}:${toMicros}`;
}

/** The time that an event says: now, within the period that it belongs to. Stripe bills what lies before the period's last second ends. */
export function eventTime(period: { start: Date; end: Date }, now: Date): Date {
  const last = Math.floor((period.end.getTime() - 1) / SECOND_MS) * SECOND_MS;
  return new Date(Math.max(Math.ceil(period.start.getTime() / SECOND_MS) * SECOND_MS, Math.min(Math.floor(now.getTime() / SECOND_MS) * SECOND_MS, last)));
}

/** What decides whether an invoice still takes usage. Times in seconds. */
export type ClosingInvoice = { status: string | null; automatically_finalizes_at: number | null; period_end: number };

/**
 * Whether a period that has ended can still be reported: its invoice is a draft for an hour. `invoices`: those of the subscription that
 * were made since its end. Before there is one, a subscription that lives will get one; one that has ended will not.
 */
export function isStillOpen(period: { start: Date; end: Date }, invoices: ClosingInvoice[], live: boolean, now: Date): boolean {
  const [from, to] = [period.start.getTime() / SECOND_MS, period.end.getTime() / SECOND_MS + HOUR_MS / SECOND_MS];
  const own = invoices.filter(({ period_end }) => period_end > from && period_end <= to);
  if (own.length === 0) return live && now.getTime() < period.end.getTime() + 24 * HOUR_MS;
  return own.some(({ status, automatically_finalizes_at: closes }) => status === "draft" && (closes === null || closes * SECOND_MS > now.getTime() + LEAST_OPEN_MS));
}
