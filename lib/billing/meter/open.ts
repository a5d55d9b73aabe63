import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { stripe } from "@/lib/platform/stripe";
import { LruMap } from "@/lib/core/lru-map";
import { MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { processSingleton } from "@/lib/platform/process-singleton";
import { listDuePeriods, openReport, type DuePeriod } from "@/lib/billing/meter/repo";
import { eventTime, isStillOpen } from "@/lib/billing/meter/rules";

const MOST = 1_000;
/** How long to gather before the next report of a period that is under way. */
export const QUIET_S = 600;
/** How long a period with nothing to put it on is left alone. */
const UNBILLABLE_MS = 5 * MINUTE_MS;

/** Writes down what is to be reported: of everybody, or of one tenant at once. Returns how many reports there are more. */
export async function openReports(tenantId: string | null = null, quietS = QUIET_S): Promise<number> {
  const due = await listDuePeriods(MOST, quietS, tenantId);
  let opened = 0;
  for (const one of due) {
    try {
      if (await openOne(one, new Date())) opened += 1;
    } catch (error) {
      // One customer that Stripe says nothing about does not keep the others waiting.
      if (tenantId !== null) throw error;
      reportError(error, { job: "report overage", tenant_id: one.tenantId });
    }
  }
  return opened;
}

async function openOne(due: DuePeriod, now: Date): Promise<boolean> {
  const late = now >= due.period.end && !(await isOpenAtStripe(due, now));
  if (late && !due.live) return false;
  const eventAt = late ? new Date(Math.floor(now.getTime() / SECOND_MS) * SECOND_MS) : eventTime(due.period, now);
  return withTenant(due.tenantId, (tx) => openReport(tx, due, eventAt, late));
}

/** Whether a period that has ended can still be put on its own invoice. */
export async function isOpenAtStripe({ subscriptionId, period, live }: Pick<DuePeriod, "subscriptionId" | "period" | "live">, now: Date): Promise<boolean> {
  const closed = processSingleton("closed-periods", () => new LruMap<string, number>(10_000));
  const key = `${subscriptionId}:${period.start.getTime()}`;
  if (now.getTime() < (closed.get(key) ?? 0)) return false;
  const { data } = await stripe().invoices.list({ subscription: subscriptionId, created: { gte: Math.floor(period.end.getTime() / SECOND_MS) - 60 }, limit: 100 });
  const open = isStillOpen(period, data, live, now);
  if (!open) closed.set(key, now.getTime() + UNBILLABLE_MS);
  return open;
}
