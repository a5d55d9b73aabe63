/** Subscriptions: trials, changes to the cent, refusals, schedules, ends. */
import type { Stripe as StripeTypes } from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
const both = (price: string) => [{ price }, { price: prices.overage.id }];
const planItem = (subscription: StripeTypes.Subscription) => subscription.items.data.find((item) => item.price.recurring?.usage_type === "licensed")?.id ?? "";
const begin = async (price: string, token?: string) => {
  const customer = await makePayingCustomer(world.stripe, token);
  return { customer, subscription: await world.stripe.subscriptions.create({ customer: customer.id, items: both(price) }) };
};
const eventsOf = async (object: string) => (await world.stripe.events.list({ limit: 100 })).data.filter((event) => (event.data.object as { id?: string }).id === object).map((event) => event.type);

describe("a trial", () => {
  const start = (customer: string) => world.stripe.subscriptions.create({ customer, items: both(prices.pro.id), trial_period_days: 14, trial_settings: { end_behavior: { missing_payment_method: "cancel" } } });

  test("costs nothing, warns three days before, and ends without a card", async () => {
    const customer = await world.stripe.customers.create({ email: "ada@test.example" });
    const subscription = await start(customer.id);
    expect([subscription.status, (subscription.trial_end ?? 0) - (subscription.trial_start ?? 0)]).toEqual(["trialing", 14 * DAY]);
    const invoice = await world.stripe.invoices.retrieve(subscription.latest_invoice as string);
    expect([invoice.status, invoice.total]).toEqual(["paid", 0]);
    await world.control("travel", { customer: customer.id, days: 11 });
    expect(await eventsOf(subscription.id)).toContain("customer.subscription.trial_will_end");
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).status).toBe("trialing");
    await world.control("travel", { customer: customer.id, days: 3 });
    const ended = await world.stripe.subscriptions.retrieve(subscription.id);
    expect([ended.status, ended.ended_at]).toEqual(["canceled", subscription.trial_end ? subscription.trial_end - 14 * DAY : 0]);
    expect(await eventsOf(subscription.id)).toContain("customer.subscription.deleted");
  });

  test("is paid for when there is a card, from its end on", async () => {
    const customer = await makePayingCustomer(world.stripe);
    const subscription = await start(customer.id);
    await world.control("travel", { customer: customer.id, days: 14, seconds: 3_600 });
    const active = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    const invoice = active.latest_invoice as StripeTypes.Invoice;
    expect([active.status, invoice.status, invoice.amount_paid, invoice.billing_reason]).toEqual(["active", "paid", 14900, "subscription_cycle"]);
    expect(active.billing_cycle_anchor).toBe(active.trial_end);
    expect(active.items.data[0]?.current_period_start).toBe(active.trial_end);
  });
});

describe("a change of plan", () => {
  test("is charged to the cent, as the preview said", async () => {
    const { subscription, customer } = await begin(prices.starter.id);
    await world.control("travel", { customer: customer.id, days: 11, seconds: 1_234 });
    const { items } = await world.stripe.subscriptions.retrieve(subscription.id);
    const { current_period_start: start = 0, current_period_end: end = 0 } = items.data[0] ?? {};
    const at = now();
    const change = { items: [{ id: planItem(subscription), price: prices.pro.id }], proration_behavior: "always_invoice" as const, proration_date: at };
    const preview = await world.stripe.invoices.createPreview({ customer: customer.id, subscription: subscription.id, subscription_details: change });
    const halfUp = (amount: number) => Math.round((amount * (end - at)) / (end - start));
    expect(preview.lines.data.map((line) => line.amount)).toEqual([-halfUp(4900), halfUp(14900)]);
    expect(preview.lines.data.every((line) => line.parent?.subscription_item_details?.proration)).toBe(true);
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(prices.starter.id);

    const changed = await world.stripe.subscriptions.update(subscription.id, { ...change, payment_behavior: "error_if_incomplete", expand: ["latest_invoice"] });
    const invoice = changed.latest_invoice as StripeTypes.Invoice;
    expect([invoice.total, invoice.status, invoice.billing_reason]).toEqual([preview.total, "paid", "subscription_update"]);
    expect(changed.items.data.map((item) => item.price.id).sort()).toEqual([prices.pro.id, prices.overage.id].sort());
    expect(changed.items.data[0]?.current_period_end).toBe(end);
  });

  test("twice in a period takes back what was billed, with the discount that was in it", async () => {
    const coupon = await world.stripe.coupons.create({ percent_off: 25, duration: "once" });
    const customer = await makePayingCustomer(world.stripe);
    const subscription = await world.stripe.subscriptions.create({ customer: customer.id, items: both(prices.starter.id), discounts: [{ coupon: coupon.id }], expand: ["latest_invoice"] });
    const first = subscription.latest_invoice as StripeTypes.Invoice;
    expect([first.total, subscription.discounts.length]).toEqual([3675, 0]);
    const { current_period_start: start = 0, current_period_end: end = 0 } = subscription.items.data[0] ?? {};
    const change = (price: string, at: number) => world.stripe.subscriptions.update(subscription.id, { items: [{ id: planItem(subscription), price }], proration_behavior: "always_invoice", proration_date: at, expand: ["latest_invoice"] });
    const upgraded = (await change(prices.pro.id, start + 10 * DAY)).latest_invoice as StripeTypes.Invoice;
    const debit = Math.round((14900 * (end - start - 10 * DAY)) / (end - start));
    expect(upgraded.lines.data.map((line) => line.amount)).toEqual([-Math.round((3675 * (end - start - 10 * DAY)) / (end - start)), debit]);
    expect(upgraded.lines.data[0]?.parent?.subscription_item_details?.proration_details?.credited_items?.invoice).toBe(first.id);
    const back = (await change(prices.starter.id, start + 15 * DAY)).latest_invoice as StripeTypes.Invoice;
    expect(back.lines.data[0]?.amount).toBe(-Math.round((debit * (end - start - 15 * DAY)) / (end - start - 10 * DAY)));
  });

  test("leaves everything as it was when the payment is declined", async () => {
    const { subscription, customer } = await begin(prices.starter.id);
    await world.control("next_payment", { customer: customer.id, outcome: "fail" });
    const change = world.stripe.subscriptions.update(subscription.id, { items: [{ id: planItem(subscription), price: prices.pro.id }], proration_behavior: "always_invoice", payment_behavior: "error_if_incomplete" });
    await expect(change).rejects.toMatchObject({ statusCode: 402, code: "card_declined", type: "StripeCardError" });
    const same = await world.stripe.subscriptions.retrieve(subscription.id);
    expect([same.status, same.items.data[0]?.price.id, same.latest_invoice]).toEqual(["active", prices.starter.id, subscription.latest_invoice]);
    expect((await world.stripe.invoices.list({ customer: customer.id })).data.length).toBe(1);
  });

  test("waits for its payment with pending_if_incomplete", async () => {
    const { subscription, customer } = await begin(prices.starter.id);
    await world.control("next_payment", { customer: customer.id, outcome: "action" });
    const waiting = await world.stripe.subscriptions.update(subscription.id, { items: [{ id: planItem(subscription), price: prices.pro.id }], proration_behavior: "always_invoice", payment_behavior: "pending_if_incomplete", expand: ["latest_invoice.payments.data.payment.payment_intent"] });
    expect([waiting.status, waiting.items.data[0]?.price.id, waiting.pending_update === null]).toEqual(["active", prices.starter.id, false]);
    const intent = (waiting.latest_invoice as StripeTypes.Invoice).payments?.data[0]?.payment.payment_intent as StripeTypes.PaymentIntent;
    expect([intent.status, intent.next_action?.type]).toEqual(["requires_action", "redirect_to_url"]);
    await world.control("confirm", { payment_intent: intent.id });
    const done = await world.stripe.subscriptions.retrieve(subscription.id);
    expect([done.pending_update, done.items.data.find((item) => item.price.id === prices.pro.id) !== undefined]).toEqual([null, true]);
  });

  test("to a cheaper plan waits for the next invoice, or is credited", async () => {
    const { subscription, customer } = await begin(prices.pro.id);
    await world.control("travel", { customer: customer.id, days: 10 });
    await world.stripe.subscriptions.update(subscription.id, { items: [{ id: planItem(subscription), price: prices.starter.id }], proration_behavior: "always_invoice" });
    const { balance } = await world.stripe.customers.retrieve(customer.id) as StripeTypes.Customer;
    expect(balance).toBeLessThan(-6_000);
    const [transaction] = (await world.stripe.customers.listBalanceTransactions(customer.id)).data;
    expect([transaction?.amount, transaction?.ending_balance, transaction?.type]).toEqual([balance, balance, "applied_to_invoice"]);
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const renewed = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    const invoice = renewed.latest_invoice as StripeTypes.Invoice;
    expect([invoice.total, invoice.starting_balance, invoice.amount_due, invoice.ending_balance, invoice.status]).toEqual([4900, balance, 0, balance + 4900, "paid"]);
  });

  test("by a schedule happens at the end of the period, at the new price, without a proration", async () => {
    const { subscription, customer } = await begin(prices.pro.id);
    const schedule = await world.stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    const [phase] = schedule.phases;
    const given = (phase?.items ?? []).map((item) => ({ price: item.price as string, ...(item.quantity === undefined ? {} : { quantity: item.quantity }) }));
    const phases = [{ items: given, start_date: phase?.start_date, end_date: phase?.end_date }, { items: [{ price: prices.starter.id, quantity: 1 }, { price: prices.overage.id }], duration: { interval: "month" as const, interval_count: 1 }, proration_behavior: "none" as const, metadata: { plan_id: "starter" } }];
    await world.stripe.subscriptionSchedules.update(schedule.id, { end_behavior: "release", phases });
    await expect(world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).rejects.toMatchObject({ statusCode: 400 });
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).schedule).toBe(schedule.id);
    const cents = async (asked: StripeTypes.InvoiceCreatePreviewParams) => (await world.stripe.invoices.createPreview(asked)).amount_due;
    const dearer = phases.map((each, at) => (at === 0 ? each : { ...each, items: [{ price: prices.starter.id, quantity: 3 }, { price: prices.overage.id }] }));
    // A subscription is previewed as its present phase has it, a schedule with the phase to come, and with phases that it does not have yet.
    expect([await cents({ subscription: subscription.id }), await cents({ schedule: schedule.id }), await cents({ schedule: schedule.id, schedule_details: { phases: dearer } })]).toEqual([14900, 4900, 14700]);
    await expect(cents({ schedule: schedule.id, subscription: subscription.id })).rejects.toMatchObject({ statusCode: 400, param: "schedule" });
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const renewed = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    const invoice = renewed.latest_invoice as StripeTypes.Invoice;
    expect([invoice.total, invoice.status, renewed.items.data.length, renewed.metadata]).toEqual([4900, "paid", 2, { plan_id: "starter" }]);
    expect(renewed.items.data.map((item) => item.price.id).sort()).toEqual([prices.starter.id, prices.overage.id].sort());
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    expect((await world.stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe("released");
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull();
  });

  test("by a schedule can be taken back", async () => {
    const { subscription } = await begin(prices.pro.id);
    const schedule = await world.stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    await world.stripe.subscriptionSchedules.release(schedule.id);
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull();
    await expect(world.stripe.subscriptionSchedules.release(schedule.id)).rejects.toMatchObject({ statusCode: 400 });
    await expect(world.stripe.invoices.createPreview({ schedule: schedule.id })).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe("the end", () => {
  test("at the period's end can be asked for and taken back; what was used is billed", async () => {
    const { subscription, customer } = await begin(prices.starter.id);
    const asked = await world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect([asked.cancel_at, asked.cancellation_details?.reason]).toEqual([asked.items.data[0]?.current_period_end, "cancellation_requested"]);
    const back = await world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
    expect([back.cancel_at, back.canceled_at]).toEqual([null, null]);
    await world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await world.stripe.billing.meterEvents.create({ event_name: "stint_overage", payload: { stripe_customer_id: customer.id, value: "5000000" } });
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const ended = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    const invoice = ended.latest_invoice as StripeTypes.Invoice;
    expect([ended.status, invoice.total, invoice.status]).toEqual(["canceled", 500, "paid"]);
    await expect(world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })).rejects.toMatchObject({ code: "invalid_canceled_subscription_fields" });
    await expect(world.stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({ code: "resource_missing" });
  });

  test("comes after a payment that failed for two weeks; a try that goes through saves it", async () => {
    const statuses = async (id: string) => (await world.stripe.subscriptions.retrieve(id)).status;
    const { subscription, customer } = await begin(prices.starter.id);
    await world.control("next_payment", { customer: customer.id, outcome: "fail", times: 9 });
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const late = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ["latest_invoice"] });
    const invoice = late.latest_invoice as StripeTypes.Invoice;
    expect([late.status, invoice.status, invoice.attempt_count]).toEqual(["past_due", "open", 1]);
    expect(invoice.next_payment_attempt ?? 0).toBeGreaterThan(now() + 3 * DAY - 120);
    await world.control("travel", { customer: customer.id, days: 3 });
    await world.control("travel", { customer: customer.id, days: 2 });
    expect([await statuses(subscription.id), (await world.stripe.invoices.retrieve(invoice.id ?? "")).attempt_count]).toEqual(["past_due", 3]);
    await world.control("travel", { customer: customer.id, days: 2 });
    expect(await statuses(subscription.id)).toBe("past_due");
    await world.control("travel", { customer: customer.id, days: 7 });
    const ended = await world.stripe.subscriptions.retrieve(subscription.id);
    expect([ended.status, ended.cancellation_details?.reason]).toEqual(["canceled", "payment_failed"]);

    const other = await begin(prices.starter.id);
    await world.control("next_payment", { customer: other.customer.id, outcome: "fail" });
    await world.control("travel", { customer: other.customer.id, months: 1, seconds: 3_600 });
    expect(await statuses(other.subscription.id)).toBe("past_due");
    await world.control("travel", { customer: other.customer.id, days: 3 });
    expect(await statuses(other.subscription.id)).toBe("active");
  });
});

describe("what Stripe refuses, the sandbox refuses", () => {
  const refuse = (call: Promise<unknown>, error: object) => expect(call).rejects.toMatchObject(error);

  test("names it does not know, values of the wrong kind, and what is missing", async () => {
    const customer = await makePayingCustomer(world.stripe);
    const create = (params: object) => world.stripe.subscriptions.create(params);
    await refuse(create({ customer: customer.id, items: both(prices.pro.id), plan: "pro" }), { code: "parameter_unknown", param: "plan", statusCode: 400, type: "StripeInvalidRequestError" });
    await refuse(create({ customer: customer.id, items: [{ price: prices.pro.id, amount: 1 }] }), { code: "parameter_unknown", param: "items[0][amount]" });
    await refuse(create({ customer: customer.id, items: both(prices.pro.id), trial_period_days: "soon" }), { code: "parameter_invalid_integer" });
    await refuse(create({ customer: customer.id }), { code: "parameter_missing", param: "items" });
    await refuse(create({ customer: "cus_none", items: both(prices.pro.id) }), { code: "resource_missing", param: "customer" });
    await refuse(create({ customer: customer.id, items: [{ price: prices.overage.id, quantity: 1 }] }), { statusCode: 400 });
    await refuse(create({ customer: customer.id, items: [{ price: prices.pro.id }, { price: prices.pro.id }] }), { statusCode: 400 });
    await refuse(world.stripe.subscriptions.retrieve("sub_none"), { code: "resource_missing", statusCode: 404 });
  });

  test("to begin without a card, or with one that is declined", async () => {
    const customer = await world.stripe.customers.create();
    await refuse(world.stripe.subscriptions.create({ customer: customer.id, items: both(prices.pro.id) }), { code: "resource_missing" });
    const failing = await makePayingCustomer(world.stripe, "pm_card_chargeCustomerFail");
    await refuse(world.stripe.subscriptions.create({ customer: failing.id, items: both(prices.pro.id), payment_behavior: "error_if_incomplete" }), { code: "card_declined", statusCode: 402 });
    expect((await world.stripe.subscriptions.list({ customer: failing.id, status: "all" })).data).toEqual([]);
    const incomplete = await world.stripe.subscriptions.create({ customer: failing.id, items: both(prices.pro.id) });
    expect(incomplete.status).toBe("incomplete");
    await world.control("travel", { customer: failing.id, days: 1 });
    expect((await world.stripe.subscriptions.retrieve(incomplete.id)).status).toBe("incomplete_expired");
    await refuse(world.stripe.paymentMethods.attach("pm_card_visa_chargeDeclined", { customer: customer.id }), { code: "card_declined", statusCode: 402 });
  });
});
