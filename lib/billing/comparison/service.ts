/**
 * Once a day everything that Stripe has is compared with what stands here. Differences are written down for staff; nothing is put
 * right by it. What looked otherwise is looked at again after a while: an event on its way is no difference.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { billingEnabled } from "@/lib/platform/stripe";
import { findAccount } from "@/lib/billing/repo";
import { compareInvoices, compareSubscriptions, ownPicture, picture, secondSubscriptions } from "@/lib/billing/comparison/compare";
import { fetchEverything, fetchMetered, fetchOne, findMeter, type Theirs } from "@/lib/billing/comparison/fetch";
import { beginComparison, listCustomersAfter, listInvoicesSince, markComparison, noteDifferences, sumReported } from "@/lib/billing/comparison/repo";
import type { StripeDifference } from "@/lib/billing/comparison/schema";
import { NO_ACCOUNT } from "@/lib/billing/account/state";

/** How far back invoices are compared: past every period that can still change. */
const INVOICE_DAYS = 35;
const PAGE = 100;
const NOTHING: Theirs = { subscriptions: [], invoices: [] };

export type Comparison = { id: string; tenants: number; differences: number };

/** The day's comparison, by whichever worker comes first. */
export async function compareDaily(): Promise<void> {
  const done = await compareWithStripe();
  if (!done) return;
  const { id, tenants, differences } = done;
  log().info({ reconciliation_id: id, tenants, differences }, differences === 0 ? "compared with Stripe" : "Stripe has it otherwise: see the billing page of the back office");
  if (differences > 0) reportError(new Error(`Stripe has it otherwise: ${differences} differences.`), { job: "compare with Stripe" });
}

/**
 * Compares everybody. Null where nothing is sold, when today's is done or under way, or when another process took over.
 * @param settleMs how long an event may be on its way
 */
export async function compareWithStripe(settleMs = MINUTE_MS): Promise<Comparison | null> {
  if (!billingEnabled()) return null;
  const id = await beginComparison();
  if (id === null) return null;
  // Whole hours, which the meter's sums are asked in, the last of them past what Stripe may still be adding up.
  const since = new Date(Math.floor((Date.now() - INVOICE_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS);
  const until = new Date(Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS);
  const theirs = await fetchEverything(since, () => markComparison(id, 0, false));
  const meter = await findMeter();
  const suspects: Customer[] = [];
  let tenants = 0;
  for await (const customer of everyCustomer()) {
    tenants += 1;
    if (tenants % PAGE === 0) await markComparison(id, tenants, false);
    const metered = meter ? await compareMeter(customer, meter, since, until) : [];
    if (metered.length > 0) await noteDifferences(id, customer.tenantId, metered);
    if ((await compareCustomer(customer, theirs.get(customer.customerId) ?? NOTHING, since)).length > 0) suspects.push(customer);
    theirs.delete(customer.customerId);
  }
  if (suspects.length > 0) await sleep(settleMs);
  for (const customer of suspects) {
    await markComparison(id, tenants, false);
    const differences = await compareCustomer(customer, await fetchOne(customer.customerId, since), since);
    if (differences.length > 0) await noteDifferences(id, customer.tenantId, differences);
  }
  await noteDifferences(id, null, unknownAmong(theirs));
  const differences = await markComparison(id, tenants, true);
  return differences === null ? null : { id, tenants, differences };
}

type Customer = { tenantId: string; customerId: string };

async function* everyCustomer(): AsyncGenerator<Customer> {
  for (let page = await listCustomersAfter("", PAGE); page.length > 0; page = await listCustomersAfter(page.at(-1)?.tenantId ?? "", PAGE)) yield* page;
}

async function compareCustomer({ tenantId }: Customer, { subscriptions, invoices }: Theirs, since: Date): Promise<StripeDifference[]> {
  const [account, ours] = await withTenant(tenantId, async (tx) => [await findAccount(tx, tenantId), await listInvoicesSince(tx, tenantId, since)] as const);
  return [...compareSubscriptions(picture(subscriptions), ownPicture(account?.state ?? NO_ACCOUNT)), ...secondSubscriptions(subscriptions), ...compareInvoices(invoices, ours)];
}

async function compareMeter({ tenantId, customerId }: Customer, meter: string, from: Date, to: Date): Promise<StripeDifference[]> {
  const reported = await withTenant(tenantId, (tx) => sumReported(tx, tenantId, from, to));
  if (reported === null) return [];
  const metered = await fetchMetered(meter, customerId, from, to);
  return metered === reported ? [] : [{ check: "meter_total", periodStart: from.toISOString(), subject: customerId, expected: String(metered), found: String(reported) }];
}

/** Subscriptions that were made from here, of customers who are nobody's here (any more). Whatever else is sold through the same account is no business of ours. */
function unknownAmong(theirs: Map<string, Theirs>): StripeDifference[] {
  return [...theirs].flatMap(([customerId, { subscriptions }]) =>
    subscriptions.filter(({ status, metadata }) => metadata.tenant_id !== undefined && status !== "canceled" && status !== "incomplete_expired")
      .map(({ id, status }): StripeDifference => ({ check: "subscription_unknown", periodStart: null, subject: `${id} of ${customerId}`, expected: status, found: "none" })));
}
