/**
 * The whole life of a customer in a browser: Starter is bought on the hosted page, overage used, Pro taken, a payment fails and is made
 * good, the plan is made smaller and ends. Months pass by moving the workspace's past, here and at Stripe, further back. At every stop
 * the ledger, Stripe's invoices, what stands here and what the page says are held to each other, to the cent.
 */
import { expect, test } from "@playwright/test";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { MINUTE_MS } from "@/lib/core/time";
import { PLANS } from "@/lib/billing/plans";
import { expectBooksToAgree } from "../fixtures/books";
import { sessionCookieOf } from "../fixtures/session";
import { useSpend, useTime } from "../fixtures/settle";
import { customerOf, sandboxControl } from "../fixtures/stripe-sandbox";
import { travel } from "../fixtures/time-travel";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { BillingPage } from "../pages/billing-page";
import { CapsPage } from "../pages/caps-page";

const STARTER = PLANS.starter;
const PRO = PLANS.pro;
let workspace: Workspace;

const inForce = async (): Promise<string> => (await owner().query<{ plan_id: string }>("SELECT plan_id FROM tenant WHERE id = $1", [workspace.tenantId])).rows[0]?.plan_id ?? "";

/** Waits until the meter at Stripe has all that the ledger has of the workspace's overage. */
async function waitUntilReported(): Promise<void> {
  await until(async () => (await owner().query<{ open: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM usage_counter c WHERE c.tenant_id = $1 AND c.overage_units / 60000 + c.overage_micros > coalesce((
       SELECT max(r.to_micros) FROM meter_report r WHERE r.tenant_id = c.tenant_id AND r.period_start = c.period_start AND r.sent_at IS NOT NULL), 0)) AS open`, [workspace.tenantId])).rows[0]?.open,
    (open) => open === false, 60_000);
}

/** A month passes, and the hour in which its invoice is still a draft. What was used is reported before: whoever looks at the page sees to that. */
async function passMonth(billing: BillingPage): Promise<void> {
  await billing.open();
  await waitUntilReported();
  await travel(workspace, { months: 1 });
  await travel(workspace, { seconds: 2 * 3_600 });
}

test("from the first payment to the last, every invoice is what the ledger says", async ({ page, context }) => {
  test.setTimeout(600_000);
  page.setDefaultTimeout(20_000);
  workspace = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [workspace.tenantId]);
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await context.addCookies([{ name, value, url: process.env.STINT_TEST_URL ?? "" }]);
  const billing = new BillingPage(page, workspace.slug);
  const caps = new CapsPage(page);

  await test.step("Starter is bought on Stripe's own page", async () => {
    await billing.goToCheckout("Starter");
    await billing.payOnStripe();
    await page.waitForURL(/\/billing\?back=checkout/);
    await billing.expectStanding("Starter", "active");
    expect(await inForce()).toBe("starter");
    expect((await expectBooksToAgree(workspace, 0)).map(({ totalCents }) => totalCents)).toEqual([STARTER.priceCents]);
  });

  await test.step("overage is switched on, used, and stands on the next invoice before it is made", async () => {
    await caps.open(workspace.slug);
    await page.getByLabel("Spend limit a period, in dollars").fill("20");
    await caps.confirm("Turn on overage");
    await expect(page.getByRole("button", { name: "Turn off overage" })).toBeVisible();
    await useTime(workspace, (STARTER.minutesMs ?? 0) + 50 * MINUTE_MS + 1);
    await useSpend(workspace, (STARTER.modelSpendMicros ?? 0) + 123 * MICROS_PER_CENT + 1);
    // 50 minutes at 5 cents and 1.23 dollars of models; what is left of a cent is not another one.
    await expect.poll(async () => { await billing.open(); return billing.nextTotalCents(); }, { timeout: 30_000 }).toBe((STARTER.priceCents ?? 0) + 250 + 123);
  });

  let charged = 0;
  await test.step("Pro is taken at once, at the price that was shown; what was overage stays overage", async () => {
    charged = await billing.upgrade("Pro");
    expect(charged).toBeGreaterThan(0);
    expect(charged).toBeLessThanOrEqual((PRO.priceCents ?? 0) - (STARTER.priceCents ?? 0));
    expect(await inForce()).toBe("pro");
    expect((await expectBooksToAgree(workspace, 0)).map(({ totalCents }) => totalCents)).toEqual([charged, STARTER.priceCents]);
    await useTime(workspace, 100 * MINUTE_MS);
    await expect.poll(async () => { await billing.open(); return billing.nextTotalCents(); }, { timeout: 30_000 }).toBe((PRO.priceCents ?? 0) + 250 + 123);
  });

  await test.step("the month's invoice is the one that was shown", async () => {
    const shown = await billing.nextTotalCents();
    await passMonth(billing);
    const [invoice] = await expectBooksToAgree(workspace, 1);
    expect([invoice?.totalCents, invoice?.overageCents, invoice?.status]).toEqual([shown, 373, "paid"]);
    await billing.open();
    expect(await billing.invoiceCents()).toEqual([shown, charged, STARTER.priceCents]);
  });

  await test.step("a payment fails: mails on the first day, the third and the fifth, and Free's limits on the seventh", async () => {
    await useTime(workspace, (PRO.minutesMs ?? 0) + 7 * MINUTE_MS);
    await sandboxControl("next_payment", { customer: await customerOf(workspace.tenantId), outcome: "fail", times: 10 });
    await passMonth(billing);
    const [invoice] = await expectBooksToAgree(workspace, 2);
    expect([invoice?.totalCents, invoice?.overageCents, invoice?.status]).toEqual([(PRO.priceCents ?? 0) + 35, 35, "open"]);
    await billing.open();
    await billing.expectStanding("Pro", "past_due");
    expect(await inForce()).toBe("pro");
    for (const [days, count] of [[3, 2], [2, 3]] as const) {
      await travel(workspace, { days });
      await until(() => mailsAbout("payment_failed"), (mails) => mails === count, 90_000);
    }
    await travel(workspace, { days: 2 });
    await until(inForce, (plan) => plan === "free", 90_000);
    await until(() => mailsAbout("limits_reduced"), (mails) => mails === 1, 90_000);
    await billing.open();
    await expect(billing.planCard().getByText(/^Since .* the limits of Free hold/)).toBeVisible();
  });

  await test.step("it is paid on Stripe's page, and everything is back", async () => {
    await sandboxControl("next_payment", { customer: await customerOf(workspace.tenantId), outcome: "fail", times: 0 });
    await billing.open();
    await billing.invoices().getByRole("link", { name: /^Pay / }).first().click();
    await page.getByRole("button", { name: /^Pay / }).click();
    await expect(page.getByText("Paid", { exact: true })).toBeVisible();
    await until(inForce, (plan) => plan === "pro", 10_000);
    await billing.open();
    await billing.expectStanding("Pro", "active");
    const [invoice] = await expectBooksToAgree(workspace, 2);
    expect(invoice?.status).toBe("paid");
    await until(() => mailsAbout("payment_recovered"), (mails) => mails === 1, 90_000);
  });

  await test.step("the plan is made smaller when the month ends", async () => {
    await billing.downgrade("Starter");
    expect(await inForce()).toBe("pro");
    // What is said of the next invoice is what will follow, not what there is.
    await billing.open();
    expect(await billing.nextTotalCents()).toBe(STARTER.priceCents);
    await passMonth(billing);
    await until(inForce, (plan) => plan === "starter", 10_000);
    const [invoice] = await expectBooksToAgree(workspace, 2);
    expect([invoice?.totalCents, invoice?.status]).toEqual([STARTER.priceCents, "paid"]);
    await billing.open();
    await billing.expectStanding("Starter", "active");
  });

  await test.step("it is canceled, and ends with its month: what is left of overage is the last invoice", async () => {
    await useTime(workspace, (STARTER.minutesMs ?? 0) + 10 * MINUTE_MS);
    await billing.cancel("Starter");
    await billing.open();
    await waitUntilReported();
    await travel(workspace, { months: 1 });
    await until(inForce, (plan) => plan === "free", 10_000);
    await travel(workspace, { seconds: 2 * 3_600 });
    const [last] = await expectBooksToAgree(workspace, 3);
    expect([last?.totalCents, last?.overageCents, last?.status]).toEqual([50, 50, "paid"]);
    await billing.open();
    await billing.expectStanding("Free", "free");
    const period = await owner().query<{ anchor: Date | null }>("SELECT period_anchor_at AS anchor FROM tenant WHERE id = $1", [workspace.tenantId]);
    expect(period.rows).toEqual([{ anchor: null }]);
  });

  const { rows: mails } = await owner().query<{ kind: string }>("SELECT kind FROM billing_mail WHERE tenant_id = $1 GROUP BY kind ORDER BY kind", [workspace.tenantId]);
  expect(mails.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["cancellation_scheduled", "downgrade_scheduled", "invoice_paid", "payment_failed", "plan_downgraded", "plan_upgraded", "subscribed", "subscription_ended"]));
});

/** Mails of a kind that were written down for the workspace. */
async function mailsAbout(kind: string): Promise<number> {
  return (await owner().query<{ count: number }>("SELECT count(*)::int FROM billing_mail WHERE tenant_id = $1 AND kind = $2", [workspace.tenantId, kind])).rows[0]?.count ?? 0;
}
