/** Changes that wait for their payment, as Stripe keeps them: until confirmed, voided, replaced or over. */
import type { Stripe as StripeTypes } from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

const HOUR = 3_600;
let world: TestSandbox;
let prices: Catalogue;
beforeAll(async () => {
  world = await startSandbox();
  prices = await makeCatalogue(world.stripe);
});
afterAll(() => world.close());

type Subscription = StripeTypes.Subscription;
const planOf = ({ items }: Subscription) => items.data.find(({ price }) => price.id !== prices.overage.id);
const read = (id: string) => world.stripe.subscriptions.retrieve(id, { expand: ["latest_invoice.payments.data.payment.payment_intent"] });
const invoiceOf = ({ latest_invoice: invoice }: Subscription): StripeTypes.Invoice => {
  if (!invoice || typeof invoice === "string") throw new Error("it has no invoice");
  return invoice;
};
const intentOf = (subscription: Subscription): StripeTypes.PaymentIntent => {
  const intent = invoiceOf(subscription).payments?.data[0]?.payment.payment_intent;
  if (!intent || typeof intent === "string") throw new Error("nothing is paid");
  return intent;
};

async function begin(trialDays?: number): Promise<{ customer: string; id: string }> {
  const { id: customer } = await makePayingCustomer(world.stripe);
  const { id } = await world.stripe.subscriptions.create({ customer, items: [{ price: prices.starter.id }, { price: prices.overage.id }], ...(trialDays ? { trial_period_days: trialDays } : {}) });
  return { customer, id };
}
async function change(id: string, params: StripeTypes.SubscriptionUpdateParams = {}): Promise<Subscription> {
  const item = planOf(await read(id))?.id ?? "";
  await world.stripe.subscriptions.update(id, { items: [{ id: item, price: prices.pro.id }], proration_behavior: "always_invoice", payment_behavior: "pending_if_incomplete", ...params });
  return read(id);
}
async function wait(trialDays?: number, params?: StripeTypes.SubscriptionUpdateParams): Promise<{ customer: string; waiting: Subscription }> {
  const { customer, id } = await begin(trialDays);
  await world.control("next_payment", { customer, outcome: "action" });
  return { customer, waiting: await change(id, params) };
}
const typesSince = (count: number) => world.received.slice(count).map(({ event }) => event.type);

test("a payment that goes through at once leaves nothing waiting", async () => {
  const { id } = await begin();
  const before = world.received.length;
  const changed = await change(id);
  expect([changed.pending_update, planOf(changed)?.price.id, invoiceOf(changed).status]).toEqual([null, prices.pro.id, "paid"]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(typesSince(before)).not.toContain("customer.subscription.pending_update_applied");
});

test("is confirmed on the invoice's own page, and takes effect then", async () => {
  const { waiting } = await wait();
  expect([waiting.status, planOf(waiting)?.price.id]).toEqual(["active", prices.starter.id]);
  expect(waiting.pending_update?.subscription_items?.map(({ price }) => price.id)).toContain(prices.pro.id);
  expect((waiting.pending_update?.expires_at ?? 0) - Math.floor(Date.now() / 1000)).toBeGreaterThan(22 * HOUR);
  const page = invoiceOf(waiting).hosted_invoice_url ?? "";
  const confirm = intentOf(waiting).next_action?.redirect_to_url?.url ?? "";
  expect(await (await fetch(page)).text()).toContain(confirm);
  await fetch(confirm, { method: "POST", body: new URLSearchParams({ do: "refuse" }), redirect: "manual" });
  const refused = await read(waiting.id);
  expect([planOf(refused)?.price.id, refused.pending_update?.expires_at, invoiceOf(refused).status]).toEqual([prices.starter.id, waiting.pending_update?.expires_at, "open"]);
  expect(await (await fetch(page)).text()).not.toContain(confirm);
  await fetch(page, { method: "POST", body: new URLSearchParams({ card: "succeeds" }), redirect: "manual" });
  const done = await read(waiting.id);
  expect([planOf(done)?.price.id, done.pending_update, invoiceOf(done).status, done.status]).toEqual([prices.pro.id, null, "paid", "active"]);
});

test("of a trial leaves the trial going, and begins the period that the invoice is for when it is confirmed", async () => {
  const { waiting } = await wait(14, { items: undefined, proration_behavior: "none", trial_end: "now" });
  const { trial_end: ends } = waiting;
  expect([waiting.status, (ends ?? 0) > Date.now() / 1000 + 13 * 24 * HOUR, waiting.pending_update?.subscription_items]).toEqual(["trialing", true, null]);
  expect(waiting.pending_update?.trial_end).toBeLessThanOrEqual(Date.now() / 1000);
  await world.control("confirm", { payment_intent: intentOf(waiting).id });
  const done = await read(waiting.id);
  const line = invoiceOf(done).lines.data.find(({ amount }) => amount > 0);
  expect([done.status, done.pending_update, planOf(done)?.current_period_start, done.billing_cycle_anchor]).toEqual(["active", null, line?.period.start, line?.period.start]);
});

describe("is thrown away with its invoice", () => {
  const expectGone = async (waiting: Subscription, plan = prices.starter.id) => {
    const now = await read(waiting.id);
    expect([planOf(now)?.price.id, now.pending_update]).toEqual([plan, null]);
    expect((await world.stripe.invoices.retrieve(invoiceOf(waiting).id)).status).toBe("void");
    expect((await world.stripe.paymentIntents.retrieve(intentOf(waiting).id)).status).toBe("canceled");
  };

  test("after 23 hours, and not before", async () => {
    const { customer, waiting } = await wait();
    await world.control("travel", { customer, seconds: 22 * HOUR });
    expect((await read(waiting.id)).pending_update).not.toBeNull();
    const before = world.received.length;
    await world.control("travel", { customer, seconds: HOUR });
    await expectGone(waiting);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(typesSince(before)).toEqual(expect.arrayContaining(["customer.subscription.updated", "customer.subscription.pending_update_expired", "invoice.voided"]));
  });

  test("at the end of the period, when that is sooner, which renews as if nothing had been asked for", async () => {
    const { customer, id } = await begin();
        const left = (planOf(await read(id))?.current_period_end ?? 0) - Math.floor(Date.now() / 1000);
    await world.control("travel", { customer, seconds: left - 10 * HOUR });
    await world.control("next_payment", { customer, outcome: "action" });
    const waiting = await change(id);
    expect(waiting.pending_update?.expires_at).toBe(planOf(waiting)?.current_period_end);
    await world.control("travel", { customer, seconds: 12 * HOUR });
    await expectGone(waiting);
    expect((await world.stripe.invoices.list({ customer })).data.map(({ billing_reason: reason, status, total }) => [reason, status, total])).toContainEqual(["subscription_cycle", "paid", 4900]);
  });

  test("by whoever voids it, with what it took of the customer's credit", async () => {
    const { customer, id } = await begin();
    await world.stripe.customers.createBalanceTransaction(customer, { amount: -700, currency: "usd" });
    await world.control("next_payment", { customer, outcome: "action" });
    const waiting = await change(id);
    await world.stripe.invoices.voidInvoice(invoiceOf(waiting).id);
    await expectGone(waiting);
    const found = await world.stripe.customers.retrieve(customer);
    expect(found.deleted ? null : found.balance).toBe(-700);
  });

  test("when another change takes its place", async () => {
    const { customer, waiting } = await wait();
    await world.control("next_payment", { customer, outcome: "action", times: 0 });
    const done = await change(waiting.id);
    expect([done.pending_update, planOf(done)?.price.id]).toEqual([null, prices.pro.id]);
    await expectGone(waiting, prices.pro.id);
  });
});

test("takes no parameter that Stripe keeps for no later time", async () => {
  const { id } = await begin();
  for (const params of [{ default_payment_method: "pm_card_visa" }, { automatic_tax: { enabled: false } }, { description: "x" }, { cancel_at_period_end: true }, { metadata: { a: "b" } }] satisfies StripeTypes.SubscriptionUpdateParams[]) {
    await expect(change(id, params)).rejects.toMatchObject({ statusCode: 400, param: "payment_behavior" });
  }
  const { id: customer } = await makePayingCustomer(world.stripe);
  const { id: invoiced } = await world.stripe.subscriptions.create({ customer, items: [{ price: prices.starter.id }], collection_method: "send_invoice", days_until_due: 7 });
  await expect(change(invoiced)).rejects.toMatchObject({ statusCode: 400, param: "payment_behavior" });
});
