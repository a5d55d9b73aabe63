/** Nothing is lent on top of what is owed, and nothing sold before it is paid; who owes sees it, and so do staff. */
import { afterAll, expect, test } from "vitest";
import { actorOf, buy, buyerOf, makeFree, standing, travel } from "@/e2e/fixtures/billing-life";
import { makeUser } from "@/e2e/fixtures/session";
import { customerOf, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import type { Workspace } from "@/e2e/fixtures/workspace";
import { getBillingOverview } from "@/lib/admin/billing/service";
import { setOverage } from "@/lib/caps/service";
import { openCheckout } from "@/lib/billing/checkout";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import { readBilling, readBillingNotice } from "@/lib/billing/overview/service";
import { startTrial } from "@/lib/billing/trial";
import { closeDb } from "@/lib/platform/db";

afterAll(() => closeDb());

/** As the events do that nobody delivers here. */
const syncInvoices = async (one: Workspace) => {
  for (const { id } of (await sandboxClient().invoices.list({ customer: await customerOf(one.tenantId), limit: 100 })).data) await syncInvoice(one.tenantId, id);
};

test("overage is not switched on past due; after the end what is unpaid is said everywhere, seen by staff, and comes before another plan", async () => {
  const one = await makeFree();
  await buy(one, "starter");
  const customer = await customerOf(one.tenantId);
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 50 });
  await travel(one, { months: 1 });
  await travel(one, { days: 1 });
  await syncInvoices(one);
  await expect(setOverage(actorOf(one), { overage: "on", spend_limit: 1_000, seen: "off:0" })).rejects.toThrow("An invoice is unpaid. Pay it first");
  // While the plan runs its own standing tells of it.
  expect(await readBilling(one.tenantId)).toMatchObject({ standing: { kind: "past_due" }, debt: null });
  await travel(one, { days: 20 });
  await syncInvoices(one);
  await expect(openCheckout(actorOf(one), buyerOf(one), "pro")).rejects.toThrow("$49.00 is unpaid from before. Pay it first: the invoice is on the billing page. Nothing was bought.");
  await expect(startTrial(actorOf(one), buyerOf(one), "pro")).rejects.toThrow("$49.00 is unpaid from before. Pay it first: the invoice is on the billing page. No trial was started.");
  expect(await standing(one)).toEqual({ kind: "free" });
  const [invoice] = (await sandboxClient().invoices.list({ customer, status: "open" })).data;
  const debt = { cents: 4_900, since: new Date((invoice?.status_transitions.finalized_at ?? 0) * 1_000), payUrl: invoice?.hosted_invoice_url, invoices: 1 };
  expect((await readBilling(one.tenantId)).debt).toEqual(debt);
  expect(await readBillingNotice(one.tenantId)).toEqual({ notice: { kind: "owing", ended: true, ...debt }, payUrl: debt.payUrl });
  const staffId = await makeUser(null, { isStaff: true });
  const seen = async () => (await getBillingOverview(staffId)).pastDue.filter(({ tenant }) => tenant.id === one.tenantId);
  expect(await seen()).toMatchObject([{ owedCents: 4_900, planInForce: "free", status: "canceled", since: debt.since.toISOString(), customerId: customer }]);

  await sandboxControl("next_payment", { customer, outcome: "fail", times: 0 });
  await sandboxClient().invoices.pay(invoice?.id ?? "");
  await syncInvoices(one);
  expect([(await readBilling(one.tenantId)).debt, await readBillingNotice(one.tenantId), await seen()]).toEqual([null, null, []]);
  expect(await openCheckout(actorOf(one), buyerOf(one), "pro")).toContain("cs_");
});

test("an invoice that is sent is owed from its day on", async () => {
  const one = await makeFree();
  await buy(one, "starter");
  const customer = await customerOf(one.tenantId);
  const stripe = sandboxClient();
  await stripe.invoiceItems.create({ customer, amount: 700, currency: "usd", description: "A seminar" });
  const { id } = await stripe.invoices.create({ customer, collection_method: "send_invoice", days_until_due: 5, pending_invoice_items_behavior: "include" });
  await stripe.invoices.finalizeInvoice(id ?? "");
  await syncInvoices(one);
  await travel(one, { days: 3 });
  await syncInvoices(one);
  const staffId = await makeUser(null, { isStaff: true });
  const seen = async () => (await getBillingOverview(staffId)).pastDue.filter(({ tenant }) => tenant.id === one.tenantId).map(({ owedCents }) => owedCents);
  expect([(await readBilling(one.tenantId)).debt, await seen()]).toEqual([null, []]);
  await travel(one, { days: 4 });
  await syncInvoices(one);
  expect([(await readBilling(one.tenantId)).debt?.cents, await seen()]).toEqual([700, [700]]);
  expect(await readBillingNotice(one.tenantId)).toMatchObject({ notice: { kind: "owing", ended: false } });
});
