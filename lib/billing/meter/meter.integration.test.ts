/** Overage from the ledger to the invoice, with the real database and the Stripe sandbox. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type Stripe from "stripe";
import { makeSubscriber, useSandbox } from "@/e2e/fixtures/billing";
import { makeUser } from "@/e2e/fixtures/session";
import { useSpend, useTime } from "@/e2e/fixtures/settle";
import { tellSandbox, travel } from "@/e2e/fixtures/time-travel";
import { endLeftoverRuns, owner } from "@/e2e/fixtures/workspace";
import { MINUTE_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { syncAccount } from "@/lib/billing/account/sync";
import { noteLateUsage } from "@/lib/billing/invoices/late-usage";
import { reportOverage, reportOverageOf } from "@/lib/billing/meter/job";
import { openReports } from "@/lib/billing/meter/open";
import { sendReports } from "@/lib/billing/meter/send";
import { KEY, makeCatalogue, startSandbox, type Catalogue, type TestSandbox } from "@/local/stripe/test-sandbox";

type Subscriber = Awaited<ReturnType<typeof makeSubscriber>>;

let at: TestSandbox;
let prices: Catalogue;
let staff: string;
beforeAll(async () => {
  at = await startSandbox();
  useSandbox(at.url, KEY);
  prices = await makeCatalogue(at.stripe);
  staff = await makeUser(null, { isStaff: true });
  await endLeftoverRuns();
});
afterEach(() => at.control("faults", { fail_calls: 0, lose_answers: 0 }));
afterAll(async () => {
  await endLeftoverRuns();
  await at.close();
  await closeDb();
});

const QUOTA = 1_000 * MINUTE_MS;
const sql = (text: string, values: unknown[] = []) => owner().query<Record<string, unknown>>(text, values);
const subscriber = () => makeSubscriber(at.stripe, prices, "starter");
const events = (one: Subscriber) => at.sandbox.world.tables.meter_events.filter((row) => row.customer === one.customerId);
const told = (one: Subscriber) => events(one).reduce((sum, row) => sum + Number(row.value), 0);
const reports = async (one: Subscriber) => (await sql("SELECT from_micros, to_micros, late, sent_at IS NOT NULL AS sent, attempts, error FROM meter_report WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows;
const adjust = (one: Subscriber, meter: string, quantity: number, periods = 0) =>
  sql("SELECT staff_adjust_usage($1, $2, (SELECT period_start FROM usage_counter WHERE tenant_id = $2 ORDER BY period_start DESC OFFSET $5 LIMIT 1), $3, $4, 'test', '', '')", [staff, one.tenantId, meter, quantity, periods]);
const dueNow = (one: Subscriber) => sql("UPDATE meter_report SET next_attempt_at = now() WHERE tenant_id = $1", [one.tenantId]);
const differences = async (one: Subscriber) => (await sql("SELECT * FROM reconcile_tenant($1) WHERE check_name LIKE '%overage%' OR check_name LIKE 'report%'", [one.tenantId])).rows;
/** Closes the drafts of a customer, as an hour does. */
const closeDrafts = async (one: Subscriber): Promise<void> => {
  for (const { id } of (await at.stripe.invoices.list({ customer: one.customerId, status: "draft" })).data) await tellSandbox("finalize", { invoice: id });
};
/** What an invoice has of usage, in cents. */
const usageCents = (invoice: Stripe.Invoice | undefined) => invoice?.lines.data.filter((line) => line.pricing?.price_details?.product === "stint_overage").reduce((sum, line) => sum + line.amount, 0);
const cycles = async (one: Subscriber) => (await at.stripe.invoices.list({ customer: one.customerId })).data.filter((invoice) => invoice.billing_reason === "subscription_cycle");

describe("a report", () => {
  test("tells the difference to the last one, and nothing while there is none", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA);
    await reportOverageOf(one.tenantId);
    expect(events(one)).toEqual([]);
    await useTime(one, 2 * MINUTE_MS);
    await useSpend(one, 5_000_123);
    await reportOverageOf(one.tenantId);
    await reportOverageOf(one.tenantId);
    expect(events(one).map(({ value }) => value)).toEqual(["100123"]);
    await useTime(one, MINUTE_MS);
    await reportOverageOf(one.tenantId);
    expect(events(one).map(({ value }) => value)).toEqual(["100123", "50000"]);
    expect(await reports(one)).toMatchObject([{ from_micros: 0, to_micros: 100_123, sent: true }, { from_micros: 100_123, to_micros: 150_123, sent: true }]);
    expect(await differences(one)).toEqual([]);
  });

  test("is gathered for ten minutes while the period is under way", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS);
    await reportOverage();
    await useTime(one, MINUTE_MS);
    await reportOverage();
    expect(told(one)).toBe(50_000);
    await sql("UPDATE meter_report SET created_at = now() - interval '11 minutes' WHERE tenant_id = $1", [one.tenantId]);
    await reportOverage();
    expect(told(one)).toBe(100_000);
    // Near the period's end nothing waits.
    await sql("UPDATE usage_counter SET period_end = now() + interval '9 minutes' WHERE tenant_id = $1 AND period_end > now()", [one.tenantId]);
    await useTime(one, MINUTE_MS);
    await reportOverage();
    expect(told(one)).toBe(150_000);
  });

  test("is sent once by several workers", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 7 * MINUTE_MS);
    await Promise.all(Array.from({ length: 6 }, () => reportOverage(0)));
    expect(events(one).map(({ value }) => value)).toEqual(["350000"]);
  });

  test("waits while Stripe is away, without its words, and only one waits", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS);
    await at.control("faults", { fail_calls: 100 });
    await reportOverageOf(one.tenantId);
    await useTime(one, MINUTE_MS);
    await reportOverageOf(one.tenantId);
    expect(await reports(one)).toMatchObject([{ to_micros: 50_000, sent: false, attempts: 1, error: expect.stringMatching(/^\w+ 503/) }]);
    await at.control("faults", { fail_calls: 0 });
    await reportOverageOf(one.tenantId);
    expect(told(one)).toBe(0);
    await dueNow(one);
    await reportOverageOf(one.tenantId);
    await reportOverageOf(one.tenantId);
    expect(told(one)).toBe(100_000);
  });

  test("whose answer was lost is sent again under its identifier, and counted once", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS);
    await openReports(one.tenantId, 0);
    // The SDK tries three times by itself.
    await at.control("faults", { lose_answers: 3 });
    await sendReports(one.tenantId);
    await at.control("faults", { lose_answers: 0 });
    await dueNow(one);
    await sendReports(one.tenantId);
    expect(await reports(one)).toMatchObject([{ sent: true, attempts: expect.any(Number) }]);
    expect(told(one)).toBe(50_000);
  });

  test.each([["arrived", true], ["did not arrive", false]])("that is a day old and %s is looked for first", async (_, arrived) => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS);
    await reportOverageOf(one.tenantId);
    await useTime(one, 3 * MINUTE_MS);
    await openReports(one.tenantId, 0);
    if (arrived) {
      await sendReports(one.tenantId);
      await sql("UPDATE meter_report SET sent_at = NULL WHERE tenant_id = $1 AND from_micros > 0", [one.tenantId]);
    }
    await sql("UPDATE meter_report SET created_at = now() - interval '25 hours', attempts = 1, next_attempt_at = now() WHERE tenant_id = $1 AND from_micros > 0", [one.tenantId]);
    // Stripe has forgotten every identifier.
    for (const row of events(one)) at.sandbox.world.tables.meter_events.edit(row.id, (event) => (event.created -= 2 * 86_400));
    await sendReports(one.tenantId);
    expect((await reports(one)).map(({ sent }) => sent)).toEqual([true, true]);
    expect(told(one)).toBe(200_000);
  });
});

describe("the end of a period", () => {
  test("what was used up to it is on its own invoice, in the hour in which that is a draft", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 3 * MINUTE_MS);
    await travel(one, { months: 1 });
    await syncAccount(one.tenantId);
    await reportOverageOf(one.tenantId);
    await closeDrafts(one);
    const [invoice] = await cycles(one);
    expect(invoice?.status).toBe("paid");
    expect(usageCents(invoice)).toBe(15);
    expect(invoice?.total).toBe(4_915);
    expect(await differences(one)).toEqual([]);
  });

  test("what comes once its invoice is closed is on the next one, in whole cents, with a note", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS);
    await travel(one, { months: 1 });
    await syncAccount(one.tenantId);
    await closeDrafts(one);
    // 5 cents are late, and 2.5 more are corrected: 7.5, which an invoice of its own had rounded to 8.
    await adjust(one, "agent_ms", 30_000);
    await sql("DELETE FROM meter_report WHERE tenant_id = $1", [one.tenantId]);
    await useTime(one, QUOTA + MINUTE_MS);
    await reportOverageOf(one.tenantId);
    expect(await reports(one)).toMatchObject([{ to_micros: 80_000, late: true, sent: true }, { to_micros: 50_000, late: false, sent: true }]);
    expect(usageCents((await cycles(one))[0])).toBe(0);
    await travel(one, { months: 1 });
    const [draft] = await cycles(one);
    await noteLateUsage(one.tenantId, draft?.id ?? "");
    await noteLateUsage(one.tenantId, draft?.id ?? "");
    await closeDrafts(one);
    const [invoice] = await cycles(one);
    expect(usageCents(invoice)).toBe(8 + 5);
    expect(invoice?.description).toMatch(/^Includes \$0\.08 of usage from the period that began on \d+ \w+ \d{4}, recorded after its invoice was closed\.$/);
    expect(await differences(one)).toEqual([]);
  });

  test("a report that waited while its invoice was closed goes on the next one", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + MINUTE_MS + 6_000);
    await openReports(one.tenantId, 0);
    await travel(one, { months: 1 });
    await syncAccount(one.tenantId);
    await closeDrafts(one);
    await dueNow(one);
    await sendReports(one.tenantId);
    // 5.5 cents.
    expect(await reports(one)).toMatchObject([{ to_micros: 60_000, late: true, sent: true }]);
    await travel(one, { months: 1 });
    await closeDrafts(one);
    expect((await cycles(one)).map(usageCents)).toEqual([6, 0]);
  });

  test("a late report that waited over the next end, too, goes on the one after that", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA);
    await travel(one, { months: 1 });
    await syncAccount(one.tenantId);
    await closeDrafts(one);
    await adjust(one, "agent_ms", 2 * MINUTE_MS);
    await openReports(one.tenantId, 0);
    expect(await reports(one)).toMatchObject([{ to_micros: 100_000, late: true, sent: false }]);
    await travel(one, { months: 1 });
    await closeDrafts(one);
    await dueNow(one);
    // Whether or not the account has heard of the new period.
    await sendReports(one.tenantId);
    await travel(one, { months: 1 });
    await syncAccount(one.tenantId);
    await closeDrafts(one);
    expect((await cycles(one)).map(usageCents)).toEqual([10, 0, 0]);
    expect(await differences(one)).toEqual([]);
  });

  test("a subscription that ended is billed while its last invoice is a draft; after that staff are told", async () => {
    const [one, two] = [await subscriber(), await subscriber()];
    for (const each of [one, two]) {
      await useTime(each, QUOTA + 2 * MINUTE_MS);
      await at.stripe.subscriptions.update(each.subscriptionId, { cancel_at_period_end: true });
      await travel(each, { months: 1 });
      await syncAccount(each.tenantId);
    }
    await reportOverageOf(one.tenantId);
    await closeDrafts(one);
    expect(told(one)).toBe(100_000);
    await closeDrafts(two);
    await reportOverageOf(two.tenantId);
    expect(await reports(two)).toEqual([]);
    await sql("UPDATE usage_counter SET period_end = period_end - interval '2 days' WHERE tenant_id = $1 AND overage_ms > 0", [two.tenantId]);
    expect(await differences(two)).toMatchObject([{ check_name: "overage_unbilled", expected: 100_000, found: 0 }]);
  });
});

describe("a credit", () => {
  const balance = async (one: Subscriber) => { const customer = await at.stripe.customers.retrieve(one.customerId); return customer.deleted ? null : customer.balance; };
  const transactions = async (one: Subscriber) => (await at.stripe.customers.listBalanceTransactions(one.customerId)).data.map(({ amount }) => amount);
  const again = (one: Subscriber, set = "") => sql(`UPDATE billing_credit SET next_attempt_at = now() ${set} WHERE tenant_id = $1`, [one.tenantId]);

  test("gives back what was corrected after it was reported, so that invoice and ledger agree", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 10 * MINUTE_MS);
    await reportOverageOf(one.tenantId);
    await adjust(one, "agent_ms", -4 * MINUTE_MS - 7_000);
    await reportOverage(0);
    // 50 cents were told; 29.4166 are left, which is 29 on an invoice.
    expect(await balance(one)).toBe(-21);
    await useTime(one, MINUTE_MS);
    await reportOverage(0);
    await travel(one, { months: 1 });
    await closeDrafts(one);
    const [invoice] = await cycles(one);
    expect((usageCents(invoice) ?? 0) - 21).toBe(34);
    expect(invoice?.amount_due).toBe(4_900 + 34);
    expect(await differences(one)).toEqual([]);
  });

  test("whose answer was lost is given once, also after Stripe has forgotten its key", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 10 * MINUTE_MS);
    await reportOverageOf(one.tenantId);
    await adjust(one, "agent_ms", -2 * MINUTE_MS);
    await reportOverage();
    expect(await balance(one)).toBe(-10);
    // As if the process had died before it wrote that down.
    await again(one, ", sent_at = NULL, transaction_id = NULL");
    await reportOverage();
    expect(await transactions(one)).toEqual([-10]);
    await again(one, ", sent_at = NULL, transaction_id = NULL, created_at = now() - interval '25 hours'");
    at.sandbox.world.tables.balance_transactions.all();
    await reportOverage();
    expect(await transactions(one)).toEqual([-10]);
    const { rows } = await sql("SELECT cents, transaction_id IS NOT NULL AS known, sent_at IS NOT NULL AS sent FROM billing_credit WHERE tenant_id = $1", [one.tenantId]);
    expect(rows).toEqual([{ cents: 10, known: true, sent: true }]);
  });

  test("waits while Stripe is away", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 10 * MINUTE_MS);
    await reportOverageOf(one.tenantId);
    await adjust(one, "agent_ms", -2 * MINUTE_MS);
    await at.control("faults", { fail_calls: 100 });
    await reportOverage();
    await at.control("faults", { fail_calls: 0 });
    expect((await sql("SELECT error, attempts FROM billing_credit WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([{ error: expect.stringMatching(/^\w+ 503/), attempts: 1 }]);
    await again(one);
    await reportOverage();
    expect(await balance(one)).toBe(-10);
  });
});
