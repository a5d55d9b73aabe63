import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { stripe } from "@/lib/platform/stripe";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { METER_CUSTOMER_KEY, METER_EVENT, METER_VALUE_KEY } from "@/lib/billing/catalogue";
import { centsOf } from "@/lib/billing/overage";
import { overageMeterId } from "@/lib/billing/meter/meter-id";
import { isOpenAtStripe } from "@/lib/billing/meter/open";
import { failReport, markReport, postponeReport, sumConfirmed, takeReports, type TakenReport } from "@/lib/billing/meter/repo";
import { REMEMBERED_MS, reportIdentifier } from "@/lib/billing/meter/rules";
import { describeStripeError, isKnownEvent } from "@/lib/billing/meter/stripe-error";

const BATCH = 24;
const AT_ONCE = 6;

/** Sends the reports whose turn has come, of everybody or of one tenant. Returns how many Stripe has confirmed. */
export async function sendReports(tenantId: string | null = null): Promise<number> {
  let confirmed = 0;
  let inVain = 0;
  for (let taken = await takeReports(BATCH, tenantId); taken.length > 0; taken = await takeReports(BATCH, tenantId)) {
    const outcomes: Outcome[] = [];
    for (let at = 0; at < taken.length; at += AT_ONCE) outcomes.push(...(await Promise.all(taken.slice(at, at + AT_ONCE).map(sendOne))));
    confirmed += outcomes.filter((outcome) => outcome === "confirmed").length;
    inVain = outcomes.includes("confirmed") ? 0 : inVain + 1;
    // Stripe is away, or what was postponed does not get anywhere: the rest waits for its turn, too.
    if (inVain > 1 || outcomes.every((outcome) => outcome === "failed")) break;
  }
  return confirmed;
}

/** `postponed`: it is on a later invoice now, and its turn is next. */
type Outcome = "confirmed" | "postponed" | "failed";

async function sendOne(report: TakenReport): Promise<Outcome> {
  try {
    if (!(await deliver(report))) return "postponed";
    await withTenant(report.tenantId, (tx) => markReport(tx, report.tenantId, report.id));
    return "confirmed";
  } catch (error) {
    const reason = describeStripeError(error);
    log().warn({ tenant_id: report.tenantId, meter_report_id: report.id, attempts: report.attempts, reason }, "overage was not reported");
    await withTenant(report.tenantId, (tx) => failReport(tx, report.tenantId, report.id, reason));
    return "failed";
  }
}

/** True: Stripe has it. False: it was put on a later invoice. */
async function deliver(report: TakenReport): Promise<boolean> {
  const now = new Date();
  // Tried before and old, so that Stripe may have it and no longer know its identifier.
  if (report.attempts > 1 && now.getTime() - report.createdAt.getTime() > REMEMBERED_MS && (await hasArrived(report))) return true;
  if (now >= report.period.end && report.subscriptionId !== null && !(await isOpenAtStripe({ ...report, subscriptionId: report.subscriptionId }, now))) {
    // The invoice was closed before this came. It may have come before that.
    if (report.attempts > 1 && (await hasArrived(report))) return true;
    if (!report.live) throw new Error("the subscription's last invoice is closed");
    return postpone(report, now);
  }
  const identifier = reportIdentifier(report.tenantId, report.period.start, report.toMicros);
  try {
    await stripe().billing.meterEvents.create({
      event_name: METER_EVENT, identifier, timestamp: report.eventAt.getTime() / SECOND_MS,
      payload: { [METER_CUSTOMER_KEY]: report.customerId, [METER_VALUE_KEY]: String(report.toMicros - report.fromMicros) },
    });
  } catch (error) {
    if (!isKnownEvent(error, identifier)) throw error;
  }
  return true;
}

/** Whether what Stripe counted in the minute of the event is more than what it has confirmed of it. */
async function hasArrived(report: TakenReport): Promise<boolean> {
  const from = Math.floor(report.eventAt.getTime() / MINUTE_MS) * MINUTE_MS;
  const window = { start: new Date(from), end: new Date(from + MINUTE_MS) };
  const confirmed = await withTenant(report.tenantId, (tx) => sumConfirmed(tx, report.tenantId, report.customerId, window.start, window.end));
  const { data } = await stripe().billing.meters.listEventSummaries(await overageMeterId(), {
    customer: report.customerId, start_time: from / SECOND_MS, end_time: (from + MINUTE_MS) / SECOND_MS,
  });
  const counted = BigInt(Math.round(data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0)));
  if (counted === confirmed) return false;
  if (counted === confirmed + report.toMicros - report.fromMicros) return true;
  throw new Error("what Stripe counted is neither with nor without this report");
}

async function postpone(report: TakenReport, now: Date): Promise<boolean> {
  const cents = BigInt(centsOf(report.toMicros) - centsOf(report.fromMicros));
  // Less than its invoice would have shown: nothing is owed.
  if (cents <= 0n) return true;
  await withTenant(report.tenantId, (tx) => postponeReport(tx, report.tenantId, report.id, {
    micros: report.fromMicros + cents * BigInt(MICROS_PER_CENT), eventAt: new Date(Math.floor(now.getTime() / SECOND_MS) * SECOND_MS),
  }));
  return false;
}
