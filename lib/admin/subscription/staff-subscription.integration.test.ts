/** What staff see of one workspace's subscription: the same standing and debts as it sees itself, and nobody else's. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { readBilling } from "@/lib/billing/overview/service";
import { getStaffSubscription } from "@/lib/admin/subscription/subscription";

let staffId: string;
let one: Workspace;
let other: Workspace;
beforeAll(async () => {
  staffId = await makeUser(null, { isStaff: true });
  other = await makeWorkspace();
  await addAccount(other, "status = 'active', plan_id = 'pro', price_cents = 14900");
  await addInvoice(other, "other", 0, { status: "open", reason: "subscription_cycle" });
});
beforeEach(async () => {
  one = await makeWorkspace();
});
afterAll(() => closeDb());

async function addAccount({ tenantId }: Workspace, set: string): Promise<void> {
  await owner().query("INSERT INTO billing_account (tenant_id, customer_id, subscription_id, synced_at, period_start, period_end) VALUES ($1, 'cus_' || $1, 'sub_' || $1, now(), now() - interval '10 days', now() + interval '20 days')", [tenantId]);
  await owner().query(`UPDATE billing_account SET ${set} WHERE tenant_id = $1`, [tenantId]);
}

/** Of 49 dollars, that many days old. */
async function addInvoice({ tenantId }: Workspace, name: string, days: number, { status = "paid", reason = "subscription_cycle", paidCents = status === "paid" ? 4900 : 0 }: { status?: string; reason?: string; paidCents?: number } = {}): Promise<void> {
  await owner().query(
    `INSERT INTO billing_invoice (tenant_id, id, number, status, reason, currency, subtotal_cents, tax_cents, total_cents, due_cents, paid_cents, lines, period_start, period_end, created_at, subscription_id, hosted_url)
     VALUES ($1, 'in_' || $1 || $2, $2, $3, $4, 'usd', 4900, 0, 4900, 4900, $5, '[]', now(), now(), now() - $6 * interval '1 day', 'sub_' || $1, 'https://pay.test.example/' || $2)`, [tenantId, name, status, reason, paidCents, days]);
}

const shown = () => getStaffSubscription(staffId, one.tenantId);

test("a workspace that never bought has nothing", async () => {
  expect(await shown()).toEqual({ standing: { kind: "free" }, account: null, priceCents: null, pending: null, debt: null, invoices: [] });
});

test("only staff are answered", async () => {
  for (const nobody of [one.userId, other.userId, ""]) await expect(getStaffSubscription(nobody, one.tenantId)).rejects.toThrow("staff only");
});

test("a plan with a change that is scheduled stands as its own page tells it", async () => {
  await addAccount(one, "status = 'active', plan_id = 'pro', price_cents = 14900, scheduled_plan_id = 'starter', scheduled_at = now() + interval '20 days', card = '{\"brand\": \"visa\", \"last4\": \"4242\", \"expMonth\": 1, \"expYear\": 2040}', balance_cents = -700");
  const { account, standing, pending } = await readBilling(one.tenantId);
  expect(standing).toMatchObject({ kind: "active", planId: "pro", scheduled: { planId: "starter" } });
  expect(await shown()).toEqual({
    standing, pending, account: { ...account, customerId: `cus_${one.tenantId}`, syncedAt: expect.any(String) as string }, priceCents: 14900, debt: null, invoices: [],
  });
});

test("what is owed is all of it, without the first invoice of a purchase that was given up and the one of a change that waits", async () => {
  await addAccount(one, "status = 'past_due', plan_id = 'starter', price_cents = 4900, past_due_since = now() - interval '3 days'");
  await addInvoice(one, "old", 40, { status: "open", paidCents: 900 });
  await addInvoice(one, "now", 3, { status: "open" });
  await addInvoice(one, "givenup", 2, { status: "open", reason: "subscription_create" });
  await addInvoice(one, "waits", 1, { status: "open", reason: "subscription_update" });
  await owner().query("UPDATE billing_account SET pending = jsonb_build_object('invoiceId', 'in_' || tenant_id || 'waits', 'planId', 'pro', 'endsTrial', false, 'dueCents', 10000, 'expiresAt', now() + interval '1 day', 'payUrl', NULL, 'needsConfirmation', true) WHERE tenant_id = $1", [one.tenantId]);
  const { standing, debt, pending, invoices } = await shown();
  expect(standing).toMatchObject({ kind: "past_due", planId: "starter", reduced: false });
  expect(debt).toMatchObject({ cents: 8900, invoices: 2, payUrl: "https://pay.test.example/old" });
  expect(pending).toMatchObject({ planId: "pro", dueCents: 10_000 });
  expect(invoices.map(({ number, remainingCents }) => [number, remainingCents])).toEqual([["waits", 4900], ["givenup", 4900], ["now", 4900], ["old", 4000]]);
});

test("the newest invoices are shown, with no renewal's draft and nothing that was deleted", async () => {
  await addAccount(one, "status = 'canceled', plan_id = 'starter', ended_at = now() - interval '1 second'");
  for (let month = 1; month <= 7; month++) await addInvoice(one, `paid${month}`, month * 30);
  await addInvoice(one, "renewal", 0, { status: "draft" });
  await addInvoice(one, "agreed", 1, { status: "draft", reason: "subscription_create" });
  await addInvoice(one, "deleted", 2, { status: "deleted" });
  const { standing, debt, priceCents, invoices } = await shown();
  expect([standing, debt, priceCents]).toEqual([{ kind: "free" }, null, null]);
  expect(invoices.map(({ number }) => number)).toEqual(["agreed", "paid1", "paid2", "paid3", "paid4", "paid5"]);
  expect(invoices.every(({ remainingCents }) => remainingCents === 0)).toBe(true);
});

test("a contract's price and time stand before what was bought", async () => {
  await addAccount(one, "status = 'active', plan_id = 'pro', price_cents = 14900");
  await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 90000, 'outside', now() - interval '2 days', 'agreed', 'usr_staff')", [one.tenantId]);
  expect(await shown()).toMatchObject({ standing: { kind: "contract", endsAt: null }, priceCents: 90_000 });
});
