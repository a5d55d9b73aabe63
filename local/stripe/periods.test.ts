/** Periods through short months, and the ways to begin and to pay that are less trodden. */
import type { Stripe as StripeTypes } from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

const DAY = 86_400;
let clock = 0;
let calendar: TestSandbox;
let present: TestSandbox;
let prices: Catalogue;

beforeAll(async () => {
  calendar = await startSandbox({ now: () => clock });
  present = await startSandbox();
  prices = await makeCatalogue(present.stripe);
});
afterAll(async () => {
  await calendar.close();
  await present.close();
});

const iso = (seconds: number | undefined) => new Date((seconds ?? 0) * 1000).toISOString().slice(0, 16);
const boundsOf = async (world: TestSandbox, id: string) => {
  const [item] = (await world.stripe.subscriptions.retrieve(id)).items.data;
  return [iso(item?.current_period_start), iso(item?.current_period_end)];
};

test("a subscription of the 31st renews on the last day of a short month, and on the 31st again", async () => {
  clock = Date.parse("2027-01-31T10:30:00Z");
  const { pro, overage } = await makeCatalogue(calendar.stripe);
  const customer = await makePayingCustomer(calendar.stripe);
  const { id } = await calendar.stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }, { price: overage.id }] });
  expect(await boundsOf(calendar, id)).toEqual(["2027-01-31T10:30", "2027-02-28T10:30"]);
  clock = Date.parse("2027-03-31T12:00:00Z");
  expect(await boundsOf(calendar, id)).toEqual(["2027-03-31T10:30", "2027-04-30T10:30"]);
  const invoices = (await calendar.stripe.invoices.list({ customer: customer.id })).data;
  expect(invoices.map((invoice) => [iso(invoice.created), iso(invoice.status_transitions.paid_at ?? 0), invoice.amount_paid])).toEqual([
    ["2027-03-31T10:30", "2027-03-31T11:30", 14900], ["2027-02-28T10:30", "2027-02-28T11:30", 14900], ["2027-01-31T10:30", "2027-01-31T10:30", 14900],
  ]);
  const events = (await calendar.stripe.events.list({ type: "invoice.paid", limit: 10 })).data.map((event) => iso(event.created));
  expect(events).toEqual(["2027-03-31T11:30", "2027-02-28T11:30", "2027-01-31T10:30"]);
});

test("a journey of a month from the end of March ends in February, and periods stay about a month long", async () => {
  clock = Date.parse("2027-03-31T08:00:00Z");
  const { starter } = await makeCatalogueAgain();
  const customer = await makePayingCustomer(calendar.stripe);
  const { id } = await calendar.stripe.subscriptions.create({ customer: customer.id, items: [{ price: starter.id }] });
  await calendar.control("travel", { customer: customer.id, months: 1 });
  // 31 March – 30 April became 28 February – 30 March, which is over.
  expect(await boundsOf(calendar, id)).toEqual(["2027-03-30T08:00", "2027-04-28T08:00"]);
});

async function makeCatalogueAgain(): Promise<{ starter: StripeTypes.Price }> {
  const [starter] = (await calendar.stripe.prices.list({ lookup_keys: ["stint_starter_4900"] })).data;
  if (!starter) throw new Error("the price is gone");
  return { starter };
}

describe("a subscription can begin", () => {
  test("unpaid, and become active when its first invoice is paid", async () => {
    const customer = await makePayingCustomer(present.stripe);
    const subscription = await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }], payment_behavior: "default_incomplete", expand: ["latest_invoice.confirmation_secret"] });
    const invoice = subscription.latest_invoice as StripeTypes.Invoice;
    expect([subscription.status, invoice.status, invoice.confirmation_secret?.type]).toEqual(["incomplete", "open", "payment_intent"]);
    expect((await present.stripe.invoices.retrieve(invoice.id ?? "")).attempted).toBe(false);
    await present.stripe.invoices.pay(invoice.id ?? "");
    expect((await present.stripe.subscriptions.retrieve(subscription.id)).status).toBe("active");
  });

  test("with an invoice that is sent, and fall behind when that is not paid", async () => {
    const customer = await present.stripe.customers.create();
    const subscription = await present.stripe.subscriptions.create({
      customer: customer.id, collection_method: "send_invoice", days_until_due: 14, items: [{ price_data: { currency: "usd", product: "stint_pro", recurring: { interval: "month" }, unit_amount: 99_000 }, quantity: 1 }],
    });
    expect(subscription.status).toBe("active");
    await present.control("finalize", { invoice: subscription.latest_invoice as string });
    const sent = await present.stripe.invoices.retrieve(subscription.latest_invoice as string);
    expect([sent.status, sent.amount_due, (sent.due_date ?? 0) - sent.created]).toEqual(["open", 99_000, 14 * DAY]);
    await present.control("travel", { customer: customer.id, days: 14 });
    expect((await present.stripe.subscriptions.retrieve(subscription.id)).status).toBe("past_due");
    await present.stripe.invoices.pay(sent.id ?? "", { paid_out_of_band: true });
    expect((await present.stripe.subscriptions.retrieve(subscription.id)).status).toBe("active");
    expect((await present.stripe.prices.list({ product: "stint_pro" })).data.map((price) => price.unit_amount)).toEqual([14900]);
    await expect(present.stripe.subscriptions.create({ customer: customer.id, collection_method: "send_invoice", items: [{ price: prices.pro.id }] })).rejects.toMatchObject({ param: "days_until_due" });
  });

  test("with a trial that is ended before its time, and paid for then", async () => {
    const customer = await makePayingCustomer(present.stripe);
    const trial = await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }], trial_period_days: 14 });
    const ended = await present.stripe.subscriptions.update(trial.id, { trial_end: "now", expand: ["latest_invoice"] });
    expect([ended.status, (ended.latest_invoice as StripeTypes.Invoice).amount_paid, ended.items.data[0]?.current_period_start === ended.trial_end]).toEqual(["active", 14900, true]);
  });

  test("with a trial that pauses without a card", async () => {
    const customer = await present.stripe.customers.create();
    const trial = await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }], trial_period_days: 3, trial_settings: { end_behavior: { missing_payment_method: "pause" } } });
    await present.control("travel", { customer: customer.id, days: 3 });
    expect((await present.stripe.subscriptions.retrieve(trial.id)).status).toBe("paused");
  });

  test("anew from now, with what was paid given back", async () => {
    const customer = await makePayingCustomer(present.stripe);
    const subscription = await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }] });
    await present.control("travel", { customer: customer.id, days: 10 });
    const { items } = await present.stripe.subscriptions.retrieve(subscription.id);
    const { current_period_start: start = 0, current_period_end: end = 0 } = items.data[0] ?? {};
    const again = await present.stripe.subscriptions.update(subscription.id, { billing_cycle_anchor: { type: "now" }, expand: ["latest_invoice"] });
    const invoice = again.latest_invoice as StripeTypes.Invoice;
    const at = again.billing_cycle_anchor;
    expect([invoice.total, invoice.status, again.items.data[0]?.current_period_start]).toEqual([4900 - Math.round((4900 * (end - at)) / (end - start)), "paid", at]);
  });

  test("with a coupon for some months", async () => {
    const coupon = await present.stripe.coupons.create({ amount_off: 1_000, currency: "usd", duration: "repeating", duration_in_months: 2 });
    const customer = await makePayingCustomer(present.stripe);
    await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }], discounts: [{ coupon: coupon.id }] });
    for (let month = 0; month < 3; month++) await present.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const totals = (await present.stripe.invoices.list({ customer: customer.id })).data.map((invoice) => invoice.total);
    expect(totals).toEqual([4900, 4900, 3900, 3900]);
  });
});

test("tax is a line of its own, by country, and none is taken where there is a tax id", async () => {
  const subscribe = async (country: string, taxId?: string) => {
    const customer = await makePayingCustomer(present.stripe, "pm_card_visa", { address: { country }, ...(taxId ? { tax_id_data: [{ type: "eu_vat", value: taxId }] } : {}) });
    const subscription = await present.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }], automatic_tax: { enabled: true }, expand: ["latest_invoice"] });
    return subscription.latest_invoice as StripeTypes.Invoice;
  };
  const german = await subscribe("DE");
  expect([german.subtotal, german.total, german.total_excluding_tax, german.lines.data[0]?.taxes?.[0]?.amount, german.automatic_tax.status]).toEqual([4900, 5831, 4900, 931, "complete"]);
  expect((await subscribe("DE", "DE123456789")).total_taxes?.[0]).toMatchObject({ amount: 0, taxability_reason: "reverse_charge" });
  expect((await subscribe("US")).total).toBe(4900);
  const nowhere = await makePayingCustomer(present.stripe);
  await expect(present.stripe.subscriptions.create({ customer: nowhere.id, items: [{ price: prices.starter.id }], automatic_tax: { enabled: true } })).rejects.toMatchObject({ code: "customer_tax_location_invalid" });
});
