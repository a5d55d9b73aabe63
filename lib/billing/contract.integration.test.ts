/** What Stripe has of a contract, at the sandbox: made, changed, moved from another plan, ended, each once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buyerOf } from "@/e2e/fixtures/billing-life";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { stripe } from "@/lib/platform/stripe";
import { endContract, setContract } from "@/lib/admin/contract/contract";
import { contractSchema } from "@/lib/admin/contract/schema";
import { syncAccount } from "@/lib/billing/account/sync";
import { cancelSubscription } from "@/lib/billing/cancel";
import { openCheckout } from "@/lib/billing/checkout";
import { tendContract, tendContracts } from "@/lib/billing/contract";
import { scheduleDowngrade } from "@/lib/billing/downgrade";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import { readBilling } from "@/lib/billing/overview/service";
import { startTrial } from "@/lib/billing/trial";
import { previewUpgrade, switchTrialPlan, upgrade } from "@/lib/billing/upgrade";

const staffId = newId("usr");
const by = { staffId, ip: "127.0.0.1", requestId: "req_1" };
let one: Workspace;
let overagePrice = "";

beforeAll(async () => {
  await owner().query("INSERT INTO user_account (id, email, name, email_verified_at, is_staff) VALUES ($1, $1 || '@test.example', 'Test Staff', now(), true)", [staffId]);
  for (const id of ["stint_enterprise", "stint_starter", "stint_overage"]) await stripe().products.create({ id, name: id }).catch(() => stripe().products.retrieve(id));
  const find = async () => (await stripe().prices.list({ lookup_keys: ["stint_overage_micros"], limit: 1 })).data[0]?.id;
  const meter = async () => (await stripe().billing.meters.create({ display_name: "Overage", event_name: `stint_overage_${newId("mtr")}`, default_aggregation: { formula: "sum" } })).id;
  overagePrice = (await find()) ?? (await stripe().prices.create({ product: "stint_overage", currency: "usd", unit_amount: 1, recurring: { interval: "month", usage_type: "metered", meter: await meter() }, lookup_key: "stint_overage_micros" })).id;
});
beforeEach(async () => {
  await owner().query("DELETE FROM contract");
  one = await makeWorkspace();
});
afterAll(() => closeDb());

const agree = (more: Record<string, string> = {}) => setContract(by, contractSchema.parse({
  workspace: one.tenantId, price: "2000", payment: "invoice", days_until_due: "30", terms: "Agreed.", minutes_ms: "50000", model_spend_micros: "100", api_calls: "5000000", ...more,
}));
type Row = { applied: boolean; problem: string | null; customer_id: string | null; subscription_id: string | null; status: string | null; plan_id: string | null; price_cents: number | null; plan: string; cancel_at: Date | null };
const row = async (): Promise<Row> => {
  const { rows } = await owner().query<Row>(
    `SELECT c.applied_at IS NOT DISTINCT FROM c.updated_at AS applied, c.problem, a.customer_id, a.subscription_id, a.status, a.plan_id, a.price_cents, a.cancel_at, t.plan_id AS plan
     FROM contract c JOIN tenant t ON t.id = c.tenant_id LEFT JOIN billing_account a ON a.tenant_id = c.tenant_id WHERE c.tenant_id = $1`, [one.tenantId]);
  if (!rows[0]) throw new Error("there is no contract");
  return rows[0];
};
const subscriptions = async () => (await stripe().subscriptions.list({ customer: (await row()).customer_id ?? "", status: "all" })).data;

/** A customer with a card, and where a price is given a subscription to Starter at it. */
async function makeCustomer(starterCents?: number): Promise<void> {
  const customer = await stripe().customers.create({ email: "ada@test.example", metadata: { tenant_id: one.tenantId } });
  const card = await stripe().paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await stripe().customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
  await owner().query("INSERT INTO billing_account (tenant_id, customer_id) VALUES ($1, $2)", [one.tenantId, customer.id]);
  if (starterCents === undefined) return;
  await stripe().subscriptions.create({ customer: customer.id, items: [{ price_data: { currency: "usd", product: "stint_starter", recurring: { interval: "month" }, unit_amount: starterCents } }] });
}

describe("a contract by invoice", () => {
  test("is a subscription whose invoices are sent, made once however often it is tended", async () => {
    await agree({ overage_micros_per_minute: "0.04" });
    expect(await row()).toMatchObject({ applied: true, problem: null, status: "active", plan_id: "enterprise", price_cents: 200_000, plan: "enterprise" });
    await Promise.all([tendContract(one.tenantId), tendContract(one.tenantId), tendContracts()]);
    const [subscription, ...others] = await subscriptions();
    expect(others).toEqual([]);
    expect(subscription).toMatchObject({ collection_method: "send_invoice", days_until_due: 30, metadata: { tenant_id: one.tenantId }, cancel_at_period_end: false });
    expect(subscription?.items.data.map(({ price }) => [price.product, price.unit_amount])).toEqual([["stint_enterprise", 200_000], ["stint_overage", null]]);
    expect(subscription?.items.data[1]?.price.id).toBe(overagePrice);
  });

  test("has its first invoice in the list from the start, while Stripe still prepares it", async () => {
    await agree();
    const [subscription] = await subscriptions();
    const first = typeof subscription?.latest_invoice === "string" ? subscription.latest_invoice : (subscription?.latest_invoice?.id ?? "");
    expect((await stripe().invoices.retrieve(first)).status).toBe("draft");
    await syncInvoice(one.tenantId, first);
    expect((await readBilling(one.tenantId)).invoices).toMatchObject([{ id: first, status: "draft", totalCents: 200_000 }]);
    await stripe().invoices.finalizeInvoice(first);
    await syncInvoice(one.tenantId, first);
    expect((await readBilling(one.tenantId)).invoices).toMatchObject([{ id: first, status: "open", totalCents: 200_000 }]);
    // What a renewal's draft says still changes.
    await owner().query("UPDATE billing_invoice SET status = 'draft', reason = 'subscription_cycle' WHERE tenant_id = $1", [one.tenantId]);
    expect((await readBilling(one.tenantId)).invoices).toEqual([]);
  });

  test("at other terms changes from the next period on, without another invoice now", async () => {
    await agree();
    const invoicesOf = async () => (await stripe().invoices.list({ customer: (await row()).customer_id ?? "" })).data.length;
    const before = await invoicesOf();
    await agree({ price: "2500", days_until_due: "14", overage_micros_per_minute: "0.04" });
    expect(await row()).toMatchObject({ applied: true, price_cents: 250_000 });
    expect(await invoicesOf()).toBe(before);
    expect(await subscriptions()).toMatchObject([{ days_until_due: 14, items: { data: [{ price: { unit_amount: 250_000 } }, { price: { id: overagePrice } }] } }]);
  });

  test("ends with the month that is billed, and has Enterprise until then", async () => {
    await agree();
    await endContract(by, one.tenantId, "period");
    const [subscription] = await subscriptions();
    expect(subscription?.cancel_at_period_end).toBe(true);
    expect(await row()).toMatchObject({ applied: true, plan: "enterprise", cancel_at: new Date((subscription?.items.data[0]?.current_period_end ?? 0) * 1_000) });
    // The end is taken back with other terms.
    await agree();
    expect((await subscriptions())[0]?.cancel_at_period_end).toBe(false);
  });
});

test.each(["invoice", "outside"])("a customer by contract, paid by %s, is told whom to write to, whatever they ask for, and nothing is changed", async (payment) => {
  await agree({ payment, ...(payment === "outside" ? { days_until_due: "" } : {}) });
  const before = await row();
  const [actor, buyer] = [actorOf(one), buyerOf(one)];
  const asked = [
    () => openCheckout(actor, buyer, "pro"), () => startTrial(actor, buyer, "starter"), () => previewUpgrade(one.tenantId, "pro"), () => upgrade(actor, "pro", { prorationDate: 1, dueCents: 0 }),
    () => switchTrialPlan(actor, "pro"), () => scheduleDowngrade(actor, "starter"), () => cancelSubscription(actor),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/^This workspace has a contract: .* write to the person at Stint with whom you agreed it\. Nothing was changed\.$/) });
  expect(await row()).toEqual(before);
});

describe("a contract by card", () => {
  test("waits for a card and is charged to it", async () => {
    await agree({ payment: "card", days_until_due: "" });
    expect(await row()).toMatchObject({ applied: false, plan: "enterprise", problem: "The customer has no card at Stripe yet. Its owner adds one on the billing page." });
    const { customer_id: customer } = await row();
    const card = await stripe().paymentMethods.attach("pm_card_visa", { customer: customer ?? "" });
    await stripe().customers.update(customer ?? "", { invoice_settings: { default_payment_method: card.id } });
    await owner().query("UPDATE contract SET tried_at = now() - interval '31 seconds' WHERE tenant_id = $1", [one.tenantId]);
    expect(await tendContracts()).toBe(1);
    expect(await row()).toMatchObject({ applied: true, problem: null, status: "active" });
    expect(await subscriptions()).toMatchObject([{ collection_method: "charge_automatically" }]);
  });

  test("takes the place of the plan that was bought, in the same subscription", async () => {
    await makeCustomer(4_900);
    await syncAccount(one.tenantId);
    await agree({ payment: "card", days_until_due: "" });
    expect(await row()).toMatchObject({ applied: true, plan_id: "enterprise", price_cents: 200_000, plan: "enterprise" });
    expect(await subscriptions()).toHaveLength(1);
  });
});

describe("a contract that is paid elsewhere", () => {
  test("has what was bought before it end with its period, and makes nobody a customer", async () => {
    await agree({ payment: "outside", days_until_due: "" });
    expect(await row()).toMatchObject({ applied: true, customer_id: null });
    one = await makeWorkspace();
    await makeCustomer(4_900);
    await syncAccount(one.tenantId);
    await agree({ payment: "outside", days_until_due: "" });
    expect(await subscriptions()).toMatchObject([{ cancel_at_period_end: true }]);
    expect(await row()).toMatchObject({ applied: true, plan: "enterprise" });
  });
});

test("a contract whose last day falls into the month that is billed is the last one billed", async () => {
  await agree();
  await owner().query("UPDATE contract SET ends_at = now() + interval '10 days' WHERE tenant_id = $1", [one.tenantId]);
  expect(await tendContracts()).toBe(1);
  expect(await subscriptions()).toMatchObject([{ cancel_at_period_end: true }]);
  expect(await tendContracts()).toBe(0);
});
