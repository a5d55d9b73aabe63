/** The pages that people see, used as a browser without scripts uses them. */
import type { Stripe as StripeTypes } from "stripe";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, type Catalogue, type TestSandbox } from "./test-sandbox";

let world: TestSandbox;
let prices: Catalogue;
const SUCCESS = "https://stint.example/done?session={CHECKOUT_SESSION_ID}";
const CANCEL = "https://stint.example/back";

beforeAll(async () => {
  world = await startSandbox();
  prices = await makeCatalogue(world.stripe);
});
afterAll(() => world.close());

interface Page {
  status: number;
  html: string;
  location: string | null;
}

async function visit(url: string, form?: Record<string, string>): Promise<Page> {
  const response = await fetch(new URL(url, world.url), { method: form ? "POST" : "GET", body: form ? new URLSearchParams(form) : undefined, redirect: "manual" });
  return { status: response.status, html: await response.text(), location: response.headers.get("location") };
}

async function open(params: Partial<StripeTypes.Checkout.SessionCreateParams> = {}, customerParams: StripeTypes.CustomerCreateParams = {}) {
  const customer = await world.stripe.customers.create({ email: "ada@test.example", metadata: { tenant_id: "ten_1" }, ...customerParams });
  const session = await world.stripe.checkout.sessions.create({
    mode: "subscription", customer: customer.id, success_url: SUCCESS, cancel_url: CANCEL, line_items: [{ price: prices.pro.id, quantity: 1 }, { price: prices.overage.id }], subscription_data: { metadata: { tenant_id: "ten_1" } }, ...params,
  });
  return { customer, session, url: session.url ?? "" };
}

describe("the checkout page", () => {
  test("says what it is, what is paid, and how to go back", async () => {
    const { url, session } = await open();
    expect([session.status, session.payment_status, session.amount_total]).toEqual(["open", "unpaid", 14900]);
    const { html, status } = await visit(url);
    expect(status).toBe(200);
    for (const words of ["No money moves", "Pay $149.00 and subscribe", "Succeeds", "Is declined", "Declines at the next renewal", "Asks for confirmation", CANCEL]) expect(html).toContain(words);
    expect(html).not.toContain("<script");
    const lines = await world.stripe.checkout.sessions.listLineItems(session.id);
    expect(lines.data.map((line) => line.price?.id)).toEqual([prices.pro.id, prices.overage.id]);
  });

  test("sells once", async () => {
    const { url, session, customer } = await open();
    const { location } = await visit(url, { card: "succeeds", do: "pay" });
    expect(location).toBe(SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id));
    const done = await world.stripe.checkout.sessions.retrieve(session.id, { expand: ["subscription.latest_invoice"] });
    const subscription = done.subscription as StripeTypes.Subscription;
    expect([done.status, done.payment_status, subscription.status, subscription.metadata.tenant_id, subscription.items.data.length]).toEqual(["complete", "paid", "active", "ten_1", 2]);
    expect((await visit(url, { card: "succeeds", do: "pay" })).html).toContain("This checkout is done");
    expect((await world.stripe.subscriptions.list({ customer: customer.id })).data.length).toBe(1);
    const [event] = (await world.stripe.events.list({ type: "checkout.session.completed" })).data;
    expect((event?.data.object as StripeTypes.Checkout.Session).id).toBe(session.id);
  });

  test("says that a card was declined, and leaves nothing behind", async () => {
    const { url, customer, session } = await open();
    const { status, html } = await visit(url, { card: "declines", do: "pay" });
    expect([status, html.includes("Your card was declined.")]).toEqual([402, true]);
    expect((await world.stripe.subscriptions.list({ customer: customer.id, status: "all" })).data).toEqual([]);
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).status).toBe("open");
  });

  test("leads over a confirmation where the card asks for one", async () => {
    const { url, session } = await open();
    const { location } = await visit(url, { card: "asks", do: "pay" });
    expect(location).toBe(`/checkout/${session.id}/confirm`);
    expect((await visit(location ?? "", { do: "refuse" })).html).toContain("was not confirmed");
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).status).toBe("open");
    expect((await visit(location ?? "", { do: "confirm" })).location).toContain("https://stint.example/done");
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe("paid");
  });

  test("takes a card that declines at the next renewal", async () => {
    const { url, session, customer } = await open();
    await visit(url, { card: "declines_later", do: "pay" });
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    const { subscription } = await world.stripe.checkout.sessions.retrieve(session.id);
    expect((await world.stripe.subscriptions.retrieve(subscription as string)).status).toBe("past_due");
  });

  test("asks for country and tax id, takes promotion codes, and keeps what was written", async () => {
    const coupon = await world.stripe.coupons.create({ percent_off: 20, duration: "once" });
    await world.stripe.promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code: "LAUNCH" });
    const { url, session, customer } = await open({ allow_promotion_codes: true, automatic_tax: { enabled: true }, tax_id_collection: { enabled: true }, customer_update: { address: "auto", name: "auto" } });
    const details = { name: "Ada & Co", country: "DE", postal_code: "10115", card: "succeeds" };
    const shown = await visit(url, { ...details, promotion_code: "launch", do: "update" });
    expect(shown.html).toContain("Pay $141.85 and subscribe");
    expect(shown.html).toContain("Ada &#38; Co");
    expect((await visit(url, { ...details, promotion_code: "NONE", do: "update" })).html).toContain("There is no promotion code NONE.");
    expect((await visit(url, { ...details, tax_id_type: "eu_vat", tax_id: "?", do: "pay" })).html).toContain("Invalid value for eu_vat.");
    const { location } = await visit(url, { ...details, promotion_code: "LAUNCH", tax_id_type: "eu_vat", tax_id: "de123456789", do: "pay" });
    expect(location).toContain("/done");
    const done = await world.stripe.checkout.sessions.retrieve(session.id, { expand: ["invoice", "customer"] });
    const invoice = done.invoice as StripeTypes.Invoice;
    expect([invoice.total, invoice.total_discount_amounts?.[0]?.amount, invoice.total_taxes?.[0]?.taxability_reason]).toEqual([11920, 2980, "reverse_charge"]);
    expect([done.total_details?.amount_discount, done.customer_details?.address?.country, done.customer_details?.tax_ids?.[0]?.value]).toEqual([2980, "DE", "DE123456789"]);
    expect((done.customer as StripeTypes.Customer).name).toBe("Ada & Co");
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    expect((await world.stripe.invoices.list({ customer: customer.id })).data.map((row) => row.total)).toEqual([14900, 11920]);
  });

  test("saves a card without selling", async () => {
    const { url, session, customer } = await open({ mode: "setup", line_items: undefined, subscription_data: undefined });
    await visit(url, { card: "succeeds", do: "pay" });
    const done = await world.stripe.checkout.sessions.retrieve(session.id, { expand: ["setup_intent"] });
    const intent = done.setup_intent as StripeTypes.SetupIntent;
    expect([done.status, intent.status]).toEqual(["complete", "succeeded"]);
    expect((await world.stripe.paymentMethods.list({ customer: customer.id })).data[0]?.id).toBe(intent.payment_method);
  });

  test("ends when the session expires", async () => {
    const { url, session } = await open();
    await world.stripe.checkout.sessions.expire(session.id);
    expect((await visit(url)).status).toBe(410);
    await expect(world.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
    const old = await open();
    await world.control("travel", { customer: old.customer.id, days: 1 });
    expect((await world.stripe.checkout.sessions.retrieve(old.session.id)).status).toBe("expired");
  });

  test("is refused where Stripe refuses it", async () => {
    const refuse = async (params: Partial<StripeTypes.Checkout.SessionCreateParams>, error: object) => expect(open(params)).rejects.toMatchObject({ statusCode: 400, ...error });
    await refuse({ success_url: undefined }, { code: "parameter_missing", param: "success_url" });
    await refuse({ line_items: [{ price: prices.pro.id }] }, { param: "line_items[0][quantity]" });
    await refuse({ line_items: [{ price: prices.overage.id, quantity: 1 }] }, { param: "line_items[0][quantity]" });
    await refuse({ automatic_tax: { enabled: true } }, { code: "customer_tax_location_invalid" });
    await refuse({ tax_id_collection: { enabled: true } }, {});
    await refuse({ discounts: [{ coupon: "none" }] }, { code: "resource_missing" });
  });
});

describe("the portal", () => {
  async function enter(params: Partial<StripeTypes.BillingPortal.SessionCreateParams> = {}) {
    const customer = await makePayingCustomer(world.stripe);
    const configuration = await world.stripe.billingPortal.configurations.create({ features: { payment_method_update: { enabled: true }, customer_update: { enabled: true, allowed_updates: ["address", "tax_id"] }, invoice_history: { enabled: true } } });
    const { url } = await world.stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, return_url: CANCEL, ...params });
    return { customer, url };
  }
  const read = async (id: string) => await world.stripe.customers.retrieve(id, { expand: ["tax_ids", "invoice_settings.default_payment_method"] }) as StripeTypes.Customer;

  test("changes card, address and tax ids, and shows invoices", async () => {
    const { customer, url } = await enter();
    const subscription = await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter.id }] });
    const { html } = await visit(url);
    for (const words of ["ending in", "4242", "Save card", "Save address", "Add tax ID", "$49.00", CANCEL]) expect(html).toContain(words);
    expect((await visit(url, { do: "card", card: "asks" })).status).toBe(303);
    expect(((await read(customer.id)).invoice_settings.default_payment_method as StripeTypes.PaymentMethod).card?.last4).toBe("3184");
    expect((await visit(url, { do: "card", card: "declines" })).html).toContain("Your card was declined.");
    await visit(url, { do: "address", line1: "Weg 1", city: "Berlin", postal_code: "10115", country: "DE" });
    await visit(url, { do: "tax_id", tax_id_type: "eu_vat", tax_id: "DE123456789" });
    const changed = await read(customer.id);
    expect([changed.address?.city, changed.tax_ids?.data[0]?.value]).toEqual(["Berlin", "DE123456789"]);
    await visit(url, { do: "remove_tax_id", id: changed.tax_ids?.data[0]?.id ?? "" });
    expect((await read(customer.id)).tax_ids?.data).toEqual([]);
    expect((await visit(url, { do: "address", name: "x", country: "" })).status).toBe(400);
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).status).toBe("active");
  });

  test("of one errand goes back when it is done", async () => {
    const { url } = await enter({ flow_data: { type: "payment_method_update", after_completion: { type: "redirect", redirect: { return_url: "https://stint.example/saved" } } } });
    expect((await visit(url)).html).not.toContain("Save address");
    expect((await visit(url, { do: "card", card: "succeeds" })).location).toBe("https://stint.example/saved");
  });

  test("is found by its own link only", async () => {
    expect((await visit("/portal/bps_none")).status).toBe(404);
    expect((await visit("/nothing")).status).toBe(404);
  });
});

describe("an invoice", () => {
  test("is shown, paid after a confirmation, and is there as a PDF", async () => {
    const customer = await makePayingCustomer(world.stripe);
    await world.stripe.invoiceItems.create({ customer: customer.id, amount: 1_234, currency: "usd", description: "A (contract) – of our own" });
    const { id = "" } = await world.stripe.invoices.create({ customer: customer.id, pending_invoice_items_behavior: "include" });
    const invoice = await world.stripe.invoices.finalizeInvoice(id);
    const url = invoice.hosted_invoice_url ?? "";
    expect((await visit(url)).html).toContain("Pay $12.34");
    expect((await visit(url, { card: "declines" })).status).toBe(402);
    const { location } = await visit(url, { card: "asks" });
    expect(location).toContain("/confirm/pi_");
    expect((await visit(location ?? "")).html).toContain("Confirm payment");
    expect((await visit(location ?? "", { do: "confirm" })).location).toBe(url);
    expect((await world.stripe.invoices.retrieve(id)).status).toBe("paid");
    const pdf = await fetch(invoice.invoice_pdf ?? "");
    const text = Buffer.from(await pdf.arrayBuffer()).toString("latin1");
    expect([pdf.headers.get("content-type"), text.slice(0, 8), text.includes(String.raw`A \(contract\) - of our own`), text.includes("$12.34")]).toEqual(["application/pdf", "%PDF-1.4", true, true]);
    const xref = Number(/startxref\n(\d+)/.exec(text)?.[1]);
    expect(text.slice(xref, xref + 4)).toBe("xref");
    expect((await visit(url.slice(0, -3))).status).toBe(404);
  });
});
