/** The manners of the API: keys, errors, forms, idempotency, lists, expand; and every resource once. */
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KEY, makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

let world: TestSandbox;
let prices: Catalogue;
let stripe: Stripe;

beforeAll(async () => {
  world = await startSandbox();
  stripe = world.stripe;
  prices = await makeCatalogue(stripe);
});
afterAll(() => world.close());

describe("a call", () => {
  test("needs the secret key", async () => {
    const other = new Stripe("sk_test_other", { host: "127.0.0.1", port: new URL(world.url).port, protocol: "http", maxNetworkRetries: 0 });
    await expect(other.customers.list()).rejects.toMatchObject({ type: "StripeAuthenticationError", statusCode: 401 });
  });

  test("says its request and the version it was asked in", async () => {
    const { lastResponse } = await stripe.customers.create();
    expect(lastResponse.requestId).toMatch(/^req_/);
    expect(lastResponse.apiVersion).toBe("2026-10-28.endive");
  });

  test("with the same key is answered once, with other contents never", async () => {
    const again = () => stripe.customers.create({ name: "Ada" }, { idempotencyKey: "one" });
    const first = await again();
    const second = await again();
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers["idempotent-replayed"]).toBe("true");
    await expect(stripe.customers.create({ name: "Bob" }, { idempotencyKey: "one" })).rejects.toMatchObject({ type: "StripeIdempotencyError", statusCode: 400 });
  });

  test("whose answer was lost can be made again under its key", async () => {
    await world.control("faults", { lose_answers: 2 });
    const create = () => stripe.customers.create({ email: "lost@test.example" }, { idempotencyKey: "lost" });
    // The SDK itself tries a closed connection once more.
    await expect(create()).rejects.toMatchObject({ type: "StripeConnectionError" });
    await create();
    expect((await stripe.customers.list({ email: "lost@test.example" })).data.length).toBe(1);
  });

  test("can be made to fail", async () => {
    await world.control("faults", { fail_calls: 1 });
    await expect(stripe.customers.list()).rejects.toMatchObject({ type: "StripeAPIError", statusCode: 503 });
    await stripe.customers.list();
  });

  test("that the sandbox does not have is told so", async () => {
    await expect(stripe.payouts.list()).rejects.toMatchObject({ statusCode: 404 });
    const { status } = await fetch(`${world.url}/sandbox/faults`);
    expect(status).toBe(401);
  });

  test("with two values for one name is refused", async () => {
    const response = await fetch(`${world.url}/v1/customers`, { method: "POST", headers: { authorization: `Bearer ${KEY}` }, body: "metadata=x&metadata[a]=1" });
    expect(response.status).toBe(400);
  });
});

describe("a list", () => {
  test("is read page by page, newest first, and by the time of creation", async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index++) made.unshift((await stripe.coupons.create({ percent_off: 10, duration: "once" })).id);
    const page = await stripe.coupons.list({ limit: 2 });
    expect([page.data.map((row) => row.id), page.has_more]).toEqual([made.slice(0, 2), true]);
    const rest = await stripe.coupons.list({ limit: 3, starting_after: made[1] });
    expect([rest.data.map((row) => row.id), rest.has_more]).toEqual([made.slice(2), false]);
    const all: string[] = [];
    for await (const row of stripe.coupons.list({ limit: 2 })) all.push(row.id);
    expect(all).toEqual(made);
    expect((await stripe.coupons.list({ created: { gt: Math.floor(Date.now() / 1000) + 1 } })).data).toEqual([]);
    await expect(stripe.coupons.list({ starting_after: "none" })).rejects.toMatchObject({ code: "resource_missing", param: "starting_after" });
  });
});

describe("customers", () => {
  test("have an address, tax ids, metadata and a balance", async () => {
    const customer = await stripe.customers.create({ address: { country: "DE", line1: "Weg 1" }, metadata: { tenant_id: "ten_1", other: "x" }, tax_id_data: [{ type: "eu_vat", value: "DE123456789" }] });
    expect([customer.address?.country, customer.address?.city, customer.livemode]).toEqual(["DE", null, false]);
    const updated = await stripe.customers.update(customer.id, { metadata: { other: "" }, name: "Ada GmbH" });
    expect(updated.metadata).toEqual({ tenant_id: "ten_1" });
    expect((await stripe.customers.listTaxIds(customer.id)).data[0]?.verification?.status).toBe("verified");
    await expect(stripe.customers.createTaxId(customer.id, { type: "eu_vat", value: "?" })).rejects.toMatchObject({ code: "tax_id_invalid" });
    await stripe.customers.createBalanceTransaction(customer.id, { amount: -500, currency: "usd", description: "Sorry" }, { idempotencyKey: "credit" });
    const retrieved = await stripe.customers.retrieve(customer.id, { expand: ["tax_ids"] }) as Stripe.Customer;
    expect([retrieved.balance, retrieved.tax_ids?.data.length]).toEqual([-500, 1]);
    const [changed] = (await stripe.events.list({ type: "customer.updated" })).data.filter((event) => (event.data.object as Stripe.Customer).name === "Ada GmbH").toReversed();
    expect(changed?.data.previous_attributes).toEqual({ metadata: { other: "x" }, name: null });
    await expect(stripe.customers.update(customer.id, { email: "no" })).rejects.toMatchObject({ code: "email_invalid" });
  });

  test("keep cards, one of which is the default", async () => {
    const customer = await makePayingCustomer(stripe);
    const [card] = (await stripe.paymentMethods.list({ customer: customer.id, type: "card" })).data;
    expect([card?.card?.last4, customer.invoice_settings.default_payment_method]).toEqual(["4242", card?.id]);
    await stripe.paymentMethods.detach(card?.id ?? "");
    expect(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).invoice_settings.default_payment_method).toBeNull();
    await expect(stripe.paymentMethods.attach(card?.id ?? "", { customer: customer.id })).rejects.toMatchObject({ statusCode: 400 });
  });

  test("are gone when they are deleted, with what they had", async () => {
    const customer = await makePayingCustomer(stripe);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }] });
    expect((await stripe.customers.del(customer.id)).deleted).toBe(true);
    expect((await stripe.customers.retrieve(customer.id)).deleted).toBe(true);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe("canceled");
    await expect(stripe.customers.update(customer.id, { name: "x" })).rejects.toMatchObject({ code: "resource_missing" });
  });
});

describe("prices", () => {
  test("are found by their lookup keys, which move only when told to", async () => {
    expect((await stripe.prices.list({ lookup_keys: ["stint_pro_14900"], expand: ["data.product"] })).data[0]?.product).toMatchObject({ id: "stint_pro" });
    const create = (transfers: boolean) => stripe.prices.create({ product: "stint_starter", currency: "usd", unit_amount: 1, recurring: { interval: "month" }, lookup_key: "moves", transfer_lookup_key: transfers });
    const first = await create(false);
    await expect(create(false)).rejects.toMatchObject({ statusCode: 400 });
    await create(true);
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
    expect(prices.overage.unit_amount_decimal?.toString()).toBe("0.0001");
    expect(prices.overage.unit_amount).toBeNull();
  });

  test("are refused without a product, or metered without a meter", async () => {
    await expect(stripe.prices.create({ currency: "usd", unit_amount: 1 })).rejects.toMatchObject({ param: "product" });
    await expect(stripe.prices.create({ product: "stint_pro", currency: "usd", unit_amount: 1, recurring: { interval: "month", usage_type: "metered" } })).rejects.toMatchObject({ param: "recurring[meter]" });
    await expect(stripe.products.create({ id: "stint_pro", name: "Pro" })).rejects.toMatchObject({ code: "resource_already_exists" });
  });
});

describe("invoices made by hand", () => {
  test("go from draft to paid, void or uncollectible", async () => {
    const customer = await makePayingCustomer(stripe);
    const draft = async () => {
      await stripe.invoiceItems.create({ customer: customer.id, amount: 2_500, currency: "usd", description: "Contract" });
      return stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: "include", description: "By hand", auto_advance: false });
    };
    const first = await draft();
    expect([first.status, first.total, first.automatically_finalizes_at]).toEqual(["draft", 2_500, null]);
    await stripe.invoices.update(first.id ?? "", { description: "Changed", metadata: { a: "1" } });
    const open = await stripe.invoices.finalizeInvoice(first.id ?? "");
    expect([open.status, open.description, open.hosted_invoice_url !== null]).toEqual(["open", "Changed", true]);
    await expect(stripe.invoices.update(first.id ?? "", { description: "Late" })).rejects.toMatchObject({ code: "invoice_not_editable" });
    expect((await stripe.invoices.pay(first.id ?? "")).status).toBe("paid");
    await expect(stripe.invoices.pay(first.id ?? "")).rejects.toMatchObject({ statusCode: 400, message: "Invoice is already paid" });
    const second = await draft();
    await stripe.invoices.finalizeInvoice(second.id ?? "");
    expect((await stripe.invoices.voidInvoice(second.id ?? "")).status).toBe("void");
    const third = await draft();
    await stripe.invoices.finalizeInvoice(third.id ?? "");
    expect((await stripe.invoices.markUncollectible(third.id ?? "")).status).toBe("uncollectible");
    expect((await stripe.invoices.listLineItems(third.id ?? "")).data[0]?.description).toBe("Contract");
    expect((await stripe.invoices.list({ customer: customer.id, status: "paid" })).data.map((row) => row.id)).toEqual([first.id]);
  });

  test("are credited in parts, before they are paid and after", async () => {
    const customer = await makePayingCustomer(stripe);
    await stripe.invoiceItems.create({ customer: customer.id, amount: 5_000, currency: "usd" });
    const { id = "" } = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: "include" });
    await stripe.invoices.finalizeInvoice(id);
    await stripe.creditNotes.create({ invoice: id, amount: 1_000 });
    const paid = await stripe.invoices.pay(id);
    expect([paid.amount_due, paid.amount_paid, paid.pre_payment_credit_notes_amount]).toEqual([4_000, 4_000, 1_000]);
    await expect(stripe.creditNotes.create({ invoice: id, amount: 2_000, credit_amount: 500 })).rejects.toMatchObject({ param: "amount" });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 2_000, credit_amount: 500, refund_amount: 1_500, memo: "Sorry" });
    expect([note.type, note.refunds.length, note.number.endsWith("-CN-02")]).toEqual(["post_payment", 1, true]);
    expect(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance).toBe(-500);
    await expect(stripe.creditNotes.create({ invoice: id, amount: 2_001, credit_amount: 2_001 })).rejects.toMatchObject({ param: "amount" });
  });

  test("that a card declines stay open, and say so", async () => {
    const customer = await makePayingCustomer(stripe);
    await stripe.invoiceItems.create({ customer: customer.id, amount: 900, currency: "usd" });
    const { id = "" } = await stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: "include" });
    await world.control("next_payment", { customer: customer.id, outcome: "fail" });
    await expect(stripe.invoices.pay(id)).rejects.toMatchObject({ type: "StripeCardError", code: "card_declined", decline_code: "generic_decline", statusCode: 402 });
    const invoice = await stripe.invoices.retrieve(id, { expand: ["payments.data.payment.payment_intent"] });
    expect([invoice.status, invoice.attempt_count]).toEqual(["open", 1]);
    expect((invoice.payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent).last_payment_error?.code).toBe("card_declined");
    await stripe.invoices.pay(id, { paid_out_of_band: true });
    expect((await stripe.invoices.retrieve(id)).status).toBe("paid");
  });
});

test("a payment can be refunded in parts, and disputed", async () => {
  const customer = await makePayingCustomer(stripe);
  const { latest_invoice } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }], expand: ["latest_invoice.payments.data.payment.payment_intent"] });
  const intent = (latest_invoice as Stripe.Invoice).payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent;
  await stripe.refunds.create({ payment_intent: intent.id, amount: 900 });
  const charge = await stripe.charges.retrieve(intent.latest_charge as string, { expand: ["refunds"] });
  expect([charge.amount_refunded, charge.refunded, charge.refunds?.data[0]?.amount]).toEqual([900, false, 900]);
  await expect(stripe.refunds.create({ charge: charge.id, amount: 4_001 })).rejects.toMatchObject({ statusCode: 400 });
  const dispute = await world.control<Stripe.Dispute>("dispute", { charge: charge.id });
  expect((await stripe.disputes.retrieve(dispute.id)).status).toBe("needs_response");
  await world.control("dispute/close", { dispute: dispute.id, status: "lost" });
  expect((await stripe.events.list({ types: ["charge.dispute.created", "charge.dispute.closed"] })).data.length).toBe(2);
});

test("a portal is opened for a customer, with a configuration", async () => {
  const customer = await stripe.customers.create();
  await expect(stripe.billingPortal.sessions.create({ customer: customer.id })).rejects.toMatchObject({ statusCode: 400 });
  const configuration = await stripe.billingPortal.configurations.create({ features: { payment_method_update: { enabled: true }, customer_update: { enabled: true, allowed_updates: ["address", "tax_id"] }, invoice_history: { enabled: true } }, metadata: { stint: "portal" } });
  expect([configuration.is_default, configuration.features.subscription_cancel.enabled]).toEqual([true, false]);
  const session = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: "https://stint.example/back", flow_data: { type: "payment_method_update" } });
  expect(session.url).toContain(`/portal/${session.id}`);
  expect((await stripe.billingPortal.configurations.list({ active: true })).data.map((row) => row.metadata?.stint)).toEqual(["portal"]);
});
