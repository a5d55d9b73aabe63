/** Usage: what a meter takes, what it counts, and what comes of it on an invoice. */
import type { Stripe as StripeTypes } from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

let world: TestSandbox;
let prices: Catalogue;
const DAY = 86_400;

beforeAll(async () => {
  world = await startSandbox();
  prices = await makeCatalogue(world.stripe);
});
afterAll(() => world.close());

const now = () => Math.floor(Date.now() / 1000);
const report = (customer: string, value: string, more: Partial<StripeTypes.Billing.MeterEventCreateParams> = {}) =>
  world.stripe.billing.meterEvents.create({ event_name: "stint_overage", payload: { stripe_customer_id: customer, value }, ...more });
const subscribe = (customer: string) => world.stripe.subscriptions.create({ customer, items: [{ price: prices.starter.id }, { price: prices.overage.id }] });
async function total(customer: string): Promise<number> {
  const minute = Math.ceil(now() / 60) * 60 + 60;
  const { data } = await world.stripe.billing.meters.listEventSummaries(prices.meter.id, { customer, start_time: minute - 40 * DAY, end_time: minute });
  return data[0]?.aggregated_value ?? 0;
}

test("an event counts once a day under one identifier", async () => {
  const customer = await makePayingCustomer(world.stripe);
  await report(customer.id, "100", { identifier: "same" });
  await expect(report(customer.id, "100", { identifier: "same" })).rejects.toMatchObject({ statusCode: 400 });
  expect(await total(customer.id)).toBe(100);
  await world.control("travel", { customer: customer.id, days: 1 });
  await report(customer.id, "100", { identifier: "same" });
  expect(await total(customer.id)).toBe(200);
});

test("an event is refused when it is old, early, no whole number, or of nobody", async () => {
  const { id } = await world.stripe.customers.create();
  await expect(report(id, "1", { timestamp: now() - 36 * DAY })).rejects.toMatchObject({ param: "timestamp" });
  await expect(report(id, "1", { timestamp: now() + 301 })).rejects.toMatchObject({ param: "timestamp" });
  await expect(report(id, "1.5")).rejects.toMatchObject({ param: "payload[value]" });
  await expect(report("cus_none", "1")).rejects.toMatchObject({ code: "resource_missing" });
  await expect(report(id, "1", { event_name: "other" })).rejects.toMatchObject({ param: "event_name" });
  await report(id, "1", { timestamp: now() - 34 * DAY });
  await report(id, "1", { timestamp: now() + 200 });
  await expect(world.stripe.billing.meters.listEventSummaries(prices.meter.id, { customer: id, start_time: 1, end_time: 61 })).rejects.toMatchObject({ param: "start_time" });
});

test("an event can be taken back", async () => {
  const { id } = await world.stripe.customers.create();
  await report(id, "7", { identifier: "mistake" });
  await world.stripe.billing.meterEventAdjustments.create({ event_name: "stint_overage", type: "cancel", cancel: { identifier: "mistake" } });
  expect(await total(id)).toBe(0);
});

test("a period's line has the events from its first second up to, and without, its last", async () => {
  const customer = await makePayingCustomer(world.stripe);
  const subscription = await subscribe(customer.id);
  await world.control("travel", { customer: customer.id, months: 1 });
  const renewed = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
  const draft = renewed.latest_invoice as StripeTypes.Invoice;
  const { period_start: start, period_end: end } = draft;
  await report(customer.id, "1000000", { timestamp: start });
  await report(customer.id, "10000000", { timestamp: end - 1 });
  await report(customer.id, "100000000", { timestamp: end });
  await world.control("finalize", { invoice: draft.id });
  const line = (await world.stripe.invoices.retrieve(draft.id ?? "")).lines.data.find((each) => each.pricing?.price_details?.price === prices.overage.id);
  expect([line?.amount, line?.quantity, line?.period.start, line?.period.end]).toEqual([1_100, 11_000_000, start, end]);
  // After that the period is closed: what comes late for it is never billed, what belongs to the next one is.
  await report(customer.id, "1000000000", { timestamp: end - 1 });
  await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
  const [next] = (await world.stripe.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(next?.total).toBe(4_900 + 10_000);
});

test.each([["4999", 0], ["5000", 1], ["14999", 1], ["15000", 2], ["123456789012345678", 12_345_678_901_235]])("%s micro-dollars are %d cents, rounded half up once", async (value, cents) => {
  const customer = await makePayingCustomer(world.stripe);
  const subscription = await subscribe(customer.id);
  await report(customer.id, value);
  const preview = await world.stripe.invoices.createPreview({ subscription: subscription.id });
  expect(preview.lines.data.find((each) => each.pricing?.price_details?.price === prices.overage.id)?.amount).toBe(cents);
  expect(preview.total).toBe(4_900 + cents);
});

test("usage of a trial is not billed, nor what was used when a subscription ends at once without an invoice", async () => {
  const customer = await makePayingCustomer(world.stripe);
  const subscription = await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }, { price: prices.overage.id }], trial_period_days: 14 });
  await report(customer.id, "9000000");
  await world.control("travel", { customer: customer.id, days: 14, seconds: 3_600 });
  expect((await world.stripe.invoices.list({ customer: customer.id, limit: 1 })).data[0]?.total).toBe(4_900);
  await report(customer.id, "9000000");
  await world.control("travel", { customer: customer.id, seconds: 5 });
  const ended = await world.stripe.subscriptions.cancel(subscription.id, { invoice_now: true });
  const last = await world.stripe.invoices.retrieve(ended.latest_invoice as string);
  expect([last.total, last.status, ended.status]).toEqual([900, "paid", "canceled"]);
});
