/** The preview of the next invoice beside the invoice that is made of it, with the real database and the Stripe sandbox. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeSubscriber, useSandbox } from "@/e2e/fixtures/billing";
import { useSpend, useTime } from "@/e2e/fixtures/settle";
import { tellSandbox, travel } from "@/e2e/fixtures/time-travel";
import { endLeftoverRuns } from "@/e2e/fixtures/workspace";
import { MINUTE_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { actorOf } from "@/e2e/fixtures/billing-life";
import { syncAccount } from "@/lib/billing/account/sync";
import { scheduleDowngrade } from "@/lib/billing/downgrade";
import { forgetPreview, previewInvoice } from "@/lib/billing/invoices/preview";
import { readBilling } from "@/lib/billing/overview/service";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import { KEY, makeCatalogue, startSandbox, type Catalogue, type TestSandbox } from "@/local/stripe/test-sandbox";

type Subscriber = Awaited<ReturnType<typeof makeSubscriber>>;

let at: TestSandbox;
let prices: Catalogue;
beforeAll(async () => {
  at = await startSandbox();
  useSandbox(at.url, KEY);
  prices = await makeCatalogue(at.stripe);
  await endLeftoverRuns();
});
afterEach(() => at.control("faults", { fail_calls: 0, lose_answers: 0 }));
afterAll(async () => {
  await endLeftoverRuns();
  await at.close();
  await closeDb();
});

const QUOTA = 1_000 * MINUTE_MS;
const subscriber = () => makeSubscriber(at.stripe, prices, "starter");
/** Closes the draft of a customer's last period, as an hour does, and returns what is charged. */
const charged = async (one: Subscriber): Promise<number | undefined> => {
  const [invoice] = (await at.stripe.invoices.list({ customer: one.customerId })).data.filter(({ billing_reason }) => billing_reason === "subscription_cycle");
  await tellSandbox("finalize", { invoice: invoice?.id });
  return (await at.stripe.invoices.retrieve(invoice?.id ?? "")).amount_due;
};

describe("the preview", () => {
  test("is what Stripe charges when nothing else happens", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 3 * MINUTE_MS);
    await useSpend(one, 5_004_900);
    const preview = await previewInvoice(one.tenantId);
    expect(preview).toMatchObject({
      lines: [{ kind: "overage", cents: 15, detail: "3 min for $0.15, model spend $0.0049" }, { kind: "plan", label: "Starter plan", cents: 4_900 }],
      subtotalCents: 4_915, discountCents: 0, taxCents: 0, creditCents: 0, totalCents: 4_915, estimated: false,
    });
    await travel(one, { months: 1 });
    expect(await charged(one)).toBe(preview?.totalCents);
  });

  test("takes credit and discounts in, and shows an amount that changed once it is forgotten", async () => {
    const one = await subscriber();
    await at.stripe.customers.createBalanceTransaction(one.customerId, { amount: -500, currency: "usd" });
    const coupon = await at.stripe.coupons.create({ percent_off: 50, duration: "forever" });
    await at.stripe.subscriptions.update(one.subscriptionId, { discounts: [{ coupon: coupon.id }] });
    await useTime(one, QUOTA + 2 * MINUTE_MS);
    const preview = await previewInvoice(one.tenantId);
    expect(preview).toMatchObject({ subtotalCents: 4_910, discountCents: 2_455, creditCents: 500, totalCents: 1_955, estimated: false });
    await useTime(one, 2 * MINUTE_MS);
    expect(await previewInvoice(one.tenantId)).toEqual(preview);
    forgetPreview(one.tenantId);
    const later = await previewInvoice(one.tenantId);
    expect(later).toMatchObject({ subtotalCents: 4_920 });
    await travel(one, { months: 1 });
    expect(await charged(one)).toBe(later?.totalCents);
  });

  test("says that the customer owes the tax, and so does the invoice", async () => {
    const one = await subscriber();
    await at.stripe.customers.update(one.customerId, { address: { country: "DE" } });
    await at.stripe.subscriptions.update(one.subscriptionId, { automatic_tax: { enabled: true } });
    expect(await previewInvoice(one.tenantId)).toMatchObject({ taxCents: 931, reverseCharge: false, totalCents: 5_831 });
    await at.stripe.customers.createTaxId(one.customerId, { type: "eu_vat", value: "DE123456789" });
    await syncAccount(one.tenantId);
    expect(await previewInvoice(one.tenantId)).toMatchObject({ taxCents: 0, reverseCharge: true, totalCents: 4_900 });
    await travel(one, { months: 1 });
    expect(await charged(one)).toBe(4_900);
    const invoice = (await at.stripe.invoices.list({ customer: one.customerId })).data.find(({ billing_reason }) => billing_reason === "subscription_cycle");
    await syncInvoice(one.tenantId, invoice?.id ?? "");
    expect((await readBilling(one.tenantId)).invoices[0]).toMatchObject({ subtotalCents: 4_900, taxCents: 0, reverseCharge: true, totalCents: 4_900 });
  });

  test("is what the smaller plan begins with where one is scheduled, with its coupon and tax, and again once it runs", async () => {
    const one = await makeSubscriber(at.stripe, prices, "pro");
    const coupon = await at.stripe.coupons.create({ percent_off: 20, duration: "forever" });
    await at.stripe.customers.update(one.customerId, { address: { country: "DE" } });
    await at.stripe.subscriptions.update(one.subscriptionId, { discounts: [{ coupon: coupon.id }], automatic_tax: { enabled: true } });
    await useTime(one, 10_000 * MINUTE_MS + 2 * MINUTE_MS);
    expect(await previewInvoice(one.tenantId)).toMatchObject({ subtotalCents: 14_910 });
    await scheduleDowngrade(actorOf(one), "starter");
    forgetPreview(one.tenantId);
    const before = await previewInvoice(one.tenantId);
    // 80 % of $49.10, and 19 % on each line of that.
    expect(before).toMatchObject({ lines: [{ kind: "overage", cents: 10 }, { label: "Starter plan", cents: 4_900 }], subtotalCents: 4_910, discountCents: 982, taxCents: 747, totalCents: 4_675, estimated: false });
    await travel(one, { months: 1 });
    expect(await charged(one)).toBe(before?.totalCents);
    await syncAccount(one.tenantId);
    forgetPreview(one.tenantId);
    const after = await previewInvoice(one.tenantId);
    expect(after).toMatchObject({ lines: [{ label: "Starter plan", cents: 4_900 }], discountCents: 980, taxCents: 745, totalCents: 4_665, estimated: false });
    await travel(one, { months: 1 });
    expect(await charged(one)).toBe(after?.totalCents);
  });

  test("is the overage alone when the subscription ends with the period, and null without one", async () => {
    const one = await subscriber();
    await at.stripe.subscriptions.update(one.subscriptionId, { cancel_at_period_end: true });
    await syncAccount(one.tenantId);
    await useTime(one, QUOTA + 2 * MINUTE_MS);
    expect(await previewInvoice(one.tenantId)).toMatchObject({ lines: [{ kind: "overage", cents: 10 }], totalCents: 10 });
    await at.stripe.subscriptions.cancel(one.subscriptionId);
    await syncAccount(one.tenantId);
    forgetPreview(one.tenantId);
    expect(await previewInvoice(one.tenantId)).toBeNull();
  });

  test("is an estimate while Stripe is away", async () => {
    const one = await subscriber();
    await useTime(one, QUOTA + 2 * MINUTE_MS);
    await at.control("faults", { fail_calls: 100 });
    expect(await previewInvoice(one.tenantId)).toMatchObject({ lines: [{ kind: "overage", cents: 10 }, { kind: "plan", cents: 4_900 }], totalCents: 4_910, estimated: true });
  });
});
