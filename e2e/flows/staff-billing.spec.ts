/** Stripe's events through the started application, from the sandbox to what staff see and do about them. */
import { expect, test, type Page } from "@playwright/test";
import Stripe from "stripe";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";

let one: Workspace;
let stripe: Stripe;
let customer: string;

test.beforeEach(async ({ context, baseURL }) => {
  one = await makeWorkspace();
  await retireTestPlans();
  const [name = "", value = ""] = (await sessionCookieOf(await makeUser(null, { isStaff: true }))).split("=");
  await context.addCookies([{ name, value, url: baseURL ?? "" }]);
  const { hostname, port } = new URL(process.env.STINT_TEST_STRIPE_URL ?? "");
  stripe = new Stripe(process.env.STINT_TEST_STRIPE_KEY ?? "", { host: hostname, port, protocol: "http", telemetry: false });
  customer = (await stripe.customers.create({ name: one.name, email: one.email })).id;
  await owner().query("INSERT INTO billing_account (tenant_id, customer_id) VALUES ($1, $2)", [one.tenantId, customer]);
});

/** Something that was billed by hand, paid, and partly refunded. */
async function payAndRefund(): Promise<string> {
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
  await stripe.invoiceItems.create({ customer, amount: 5_000, currency: "usd", description: "By hand" });
  const draft = await stripe.invoices.create({ customer, auto_advance: false, pending_invoice_items_behavior: "include" });
  await stripe.invoices.pay(draft.id ?? "");
  const [charge] = (await stripe.charges.list({ customer })).data;
  await stripe.refunds.create({ charge: charge?.id ?? "", amount: 1_234 });
  return draft.id ?? "";
}

const confirm = async (page: Page, name: string) => {
  await page.getByRole("alertdialog").getByRole("button", { name, exact: true }).click();
  await expect(page.getByRole("alertdialog")).toBeHidden();
};
const handled = async (type: string) => (await owner().query("SELECT 1 FROM stripe_event WHERE tenant_id = $1 AND type = $2 AND status = 'handled'", [one.tenantId, type])).rowCount;

test("what happens at Stripe arrives, is listed, is handled again on demand, and a refund waits for a person", async ({ page }) => {
  const invoice = await payAndRefund();
  await expect.poll(() => handled("charge.refunded"), { timeout: 20_000 }).toBe(1);
  await expect.poll(() => handled("invoice.paid"), { timeout: 20_000 }).toBe(1);
  const { rows } = await owner().query("SELECT status, paid_cents, refunded_cents FROM billing_invoice WHERE tenant_id = $1 AND id = $2", [one.tenantId, invoice]);
  expect(rows).toEqual([{ status: "paid", paid_cents: 5_000, refunded_cents: 1_234 }]);

  await page.goto(`/admin/tenants/${one.slug}`);
  await page.getByRole("link", { name: "Stripe’s events of this workspace" }).click();
  await expect(page.getByLabel("Workspace")).toHaveValue(one.slug);
  await page.getByLabel("Type").fill("invoice.paid");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("link", { name: "invoice.paid" }).click();
  await expect(page.getByText(`The invoice ${invoice} and the account were brought up to date.`)).toBeVisible();
  await expect(page.getByText(`"id": "${invoice}"`).first()).toBeHidden();
  await page.getByText("Show the JSON").click();
  await expect(page.getByText(`"id": "${invoice}"`).first()).toBeVisible();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await confirm(page, "Replay");
  await expect(page.getByRole("definition").filter({ hasText: /^2$/ })).toBeVisible();

  await page.goto("/admin/billing");
  const row = page.getByRole("table", { name: "Refunds and disputes" }).getByRole("row").filter({ hasText: one.name });
  await expect(row).toContainText("$12.34");
  await row.getByRole("button", { name: "Mark as seen" }).click();
  await confirm(page, "Mark as seen");
  await expect(row).toBeHidden();
  const { rows: audit } = await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE tenant_id = $1 AND actor_type = 'staff' ORDER BY id", [one.tenantId]);
  expect(audit.map(({ action }) => action)).toEqual(["billing.event_replayed", "billing.flag_seen"]);
});

test("a request without Stripe's signature is refused by the started application, too", async ({ baseURL }) => {
  const response = await fetch(`${baseURL}/api/stripe/webhook`, { method: "POST", headers: { "content-type": "application/json", "stripe-signature": "t=1,v1=00" }, body: "{}" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: "bad_request", type: "invalid_request_error", request_id: response.headers.get("x-request-id") } });
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
});
