/** What stands here is compared with what Stripe has: a difference of each kind is planted and told, and nothing is put right. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS, readBilling } from "@/e2e/fixtures/stripe-lives";
import { owner } from "@/e2e/fixtures/workspace";
import { getBillingOverview } from "@/lib/admin/billing/service";
import { compareWithStripe } from "@/lib/billing/comparison/service";
import { STRIPE_CHECKS } from "@/lib/billing/comparison/schema";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";

let world: TestStripe;
let one: Customer;
beforeAll(async () => {
  world = await startStripe();
  // Customers of other tests, whom this Stripe does not know.
  await owner().query("UPDATE billing_account SET customer_id = NULL, subscription_id = NULL");
});
beforeEach(async () => {
  await owner().query("DELETE FROM reconciliation WHERE kind = 'stripe'");
  one = await makeCustomer(world);
  const before = world.eventCount();
  await DOINGS.buyPro(world, one);
  for (const event of world.eventsSince(before)) await receiveEvent(readEvent(event));
});
// What was planted in one test is no difference of the next.
afterEach(async () => {
  await owner().query("DELETE FROM tenant WHERE id = $1", [one.tenantId]);
  const customer = await world.stripe.customers.retrieve(one.customerId);
  if (!customer.deleted) await world.stripe.customers.del(one.customerId);
});
afterAll(async () => {
  await world.close();
  await closeDb();
});

const differences = async () => (await owner().query<Record<string, unknown>>("SELECT d.tenant_id, check_name, subject, expected_word, found_word FROM reconciliation_difference d JOIN reconciliation r ON r.id = d.reconciliation_id WHERE r.kind = 'stripe' ORDER BY check_name, d.id")).rows;
const seen = new Set<string>();
async function compare(): Promise<Record<string, unknown>[]> {
  await owner().query("DELETE FROM reconciliation WHERE kind = 'stripe'");
  await compareWithStripe(0);
  const found = await differences();
  for (const { check_name } of found) seen.add(String(check_name));
  return found.filter(({ tenant_id }) => tenant_id === one.tenantId || tenant_id === null);
}
const plant = (text: string) => owner().query(text, [one.tenantId]);

test("without a difference there is none, and the day's is made once", async () => {
  expect(await compareWithStripe(0)).toMatchObject({ differences: 0 });
  expect(await differences()).toEqual([]);
  expect(await Promise.all([compareWithStripe(0), compareWithStripe(0)])).toEqual([null, null]);
});

test.each([
  ["subscription_status", "UPDATE billing_account SET status = 'past_due' WHERE tenant_id = $1", "active", "past_due"],
  ["subscription_plan", "UPDATE billing_account SET plan_id = 'starter' WHERE tenant_id = $1", "pro at 14900 cents", "starter at 14900 cents"],
  ["subscription_period", "UPDATE billing_account SET period_end = period_end + interval '1 day' WHERE tenant_id = $1", expect.any(String), expect.any(String)],
  ["subscription", "UPDATE billing_account SET subscription_id = 'sub_other_' || $1 WHERE tenant_id = $1", expect.stringMatching(/^sub_/), expect.stringMatching(/^sub_other_/)],
  ["invoice_status", "UPDATE billing_invoice SET status = 'open' WHERE tenant_id = $1", "paid", "open"],
  ["invoice_total", "UPDATE billing_invoice SET total_cents = 1 WHERE tenant_id = $1", "14900", "1"],
  ["invoice_paid", "UPDATE billing_invoice SET paid_cents = 2 WHERE tenant_id = $1", "14900", "2"],
  ["invoice_missing", "DELETE FROM billing_invoice WHERE tenant_id = $1", "paid", "none"],
  ["invoice_missing", "UPDATE billing_invoice SET id = 'in_other' WHERE tenant_id = $1", "paid", "none"],
])("%s: %s", async (check, text, expected_word, found_word) => {
  await plant(text);
  const before = await readBilling(one.tenantId);
  const found = await compare();
  expect(found[0]).toMatchObject({ tenant_id: one.tenantId, check_name: check, expected_word, found_word });
  expect(found).toHaveLength(text.includes("in_other") ? 2 : 1);
  expect(await readBilling(one.tenantId)).toEqual(before);
});

test("a second subscription, which somebody would pay beside the first", async () => {
  const before = world.eventCount();
  await world.stripe.subscriptions.create({ customer: one.customerId, items: [{ price: world.prices.starter.id }], trial_period_days: 14 });
  for (const event of world.eventsSince(before)) await receiveEvent(readEvent(event));
  expect(await compare()).toMatchObject([{ tenant_id: one.tenantId, check_name: "subscription_second", expected_word: expect.stringMatching(/^(active|trialing)$/), found_word: "none" }]);
});

test("what was reported to the meter, and a subscription of a customer who is gone", async () => {
  const at = new Date(Date.now() - 3 * 3_600_000);
  const report = (to: number) => owner().query("INSERT INTO meter_report (tenant_id, id, period_start, from_micros, to_micros, customer_id, event_at, sent_at) VALUES ($1, $2, date_trunc('day', now()), $3, $4, $5, $6, now())", [one.tenantId, newId("mtr"), to - 500, to, one.customerId, at]);
  await report(500);
  await world.stripe.billing.meterEvents.create({ event_name: "stint_overage", timestamp: Math.floor(at.getTime() / 1_000), payload: { stripe_customer_id: one.customerId, value: "500" } });
  expect(await compare()).toEqual([]);
  await report(1_000);
  expect(await compare()).toMatchObject([{ check_name: "meter_total", subject: one.customerId, expected_word: "500", found_word: "1000" }]);
  await owner().query("DELETE FROM tenant WHERE id = $1", [one.tenantId]);
  expect(await compare()).toMatchObject([{ check_name: "subscription_unknown", tenant_id: null, expected_word: "active", found_word: "none", subject: expect.stringContaining(one.customerId) }]);
});

test("what Stripe tells us meanwhile is no difference", async () => {
  const before = world.eventCount();
  await DOINGS.cancelNow(world, one);
  // The comparison looks at everybody, the event arrives while it looks again at this one, and then it agrees.
  let arrived = 0;
  world.delayAnswers((address) => {
    if (!address.startsWith("/v1/subscriptions?") || !address.includes(one.customerId)) return null;
    world.delayAnswers(null);
    return (async () => {
      for (const event of world.eventsSince(before)) await receiveEvent(readEvent(event));
      arrived = world.eventsSince(before).length;
    })();
  });
  expect(await compareWithStripe(0)).toMatchObject({ differences: 0 });
  expect(arrived).toBeGreaterThan(0);
});

test("staff see the last one, and nobody else does", async () => {
  await plant("UPDATE billing_invoice SET paid_cents = 2 WHERE tenant_id = $1");
  await compare();
  const staff = await makeUser(null, { isStaff: true });
  expect((await getBillingOverview(staff)).comparison).toMatchObject({ differences: [{ check: "invoice_paid", expected: "14900", found: "2", tenant: { slug: one.slug, name: one.name } }] });
  await expect(getBillingOverview(one.userId)).rejects.toThrow("staff only");
  expect([...seen].sort()).toEqual(Object.keys(STRIPE_CHECKS).sort());
});
