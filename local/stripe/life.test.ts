/** A subscription's whole life, as the application sees it through the SDK. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

let world: TestSandbox;
let prices: Catalogue;

beforeAll(async () => {
  world = await startSandbox();
  prices = await makeCatalogue(world.stripe);
});
afterAll(() => world.close());

const both = (price: string) => [{ price }, { price: prices.overage.id }];
const now = () => Math.floor(Date.now() / 1000);

test("a subscription is paid at once, renews after a month, and bills what was used", async () => {
  const { stripe, control } = world;
  const customer = await makePayingCustomer(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: both(prices.pro.id), expand: ["latest_invoice.payments"] });
  expect(subscription.status).toBe("active");
  const first = subscription.latest_invoice as import("stripe").Stripe.Invoice;
  expect([first.status, first.amount_paid, first.billing_reason, first.lines.data.length]).toEqual(["paid", 14900, "subscription_create", 1]);
  expect(first.parent?.subscription_details?.subscription).toBe(subscription.id);
  expect(first.payments?.data[0]?.status).toBe("paid");

  await stripe.billing.meterEvents.create({ event_name: "stint_overage", identifier: "a", payload: { stripe_customer_id: customer.id, value: "1005000" } });
  await control("travel", { customer: customer.id, months: 1 });
  const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
  const draft = renewed.latest_invoice as import("stripe").Stripe.Invoice;
  expect([draft.status, draft.billing_reason]).toEqual(["draft", "subscription_cycle"]);
  expect(renewed.items.data[0]?.current_period_end).toBeGreaterThan(now() + 27 * 86400);
  expect(draft.lines.data.map((line) => line.amount).sort((a, b) => a - b)).toEqual([101, 14900]);

  // It arrives in the hour of the draft, and belongs to the period that ended.
  await stripe.billing.meterEvents.create({ event_name: "stint_overage", identifier: "b", timestamp: draft.period_end - 1, payload: { stripe_customer_id: customer.id, value: "1000000" } });
  await control("finalize", { invoice: draft.id });
  const paid = await stripe.invoices.retrieve(draft.id ?? "");
  expect([paid.status, paid.total, paid.amount_paid]).toEqual(["paid", 14900 + 201, 14900 + 201]);
  expect(paid.number).toMatch(/-0002$/);
});
