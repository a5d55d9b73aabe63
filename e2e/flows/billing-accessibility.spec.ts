/** The billing pages in the states that a workspace comes to only by what happens at Stripe or by contract, and their dialogs while they are open. */
import { expect, test } from "@playwright/test";
import { sessionCookieOf } from "../fixtures/session";
import { customerOf, sandboxControl } from "../fixtures/stripe-sandbox";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { BillingPage } from "../pages/billing-page";
import { expectFourViews } from "../pages/four-views";

let workspace: Workspace;
let billing: BillingPage;
test.beforeEach(async ({ page, context, baseURL }) => {
  workspace = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [workspace.tenantId]);
  await owner().query("DELETE FROM plan WHERE id = $1", [workspace.planId]);
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await context.addCookies([{ name, value, url: baseURL ?? "" }]);
  billing = new BillingPage(page, workspace.slug);
});

async function buyStarter(): Promise<void> {
  await sandboxControl("checkout", { session: await billing.goToCheckout("Starter") });
  await billing.returnFromCheckout();
  await billing.expectStanding("Starter", "active");
}

test("with overage on, the dialogs of a larger plan and of the end, and a plan that ends", async ({ page }) => {
  test.slow();
  await buyStarter();
  await owner().query("UPDATE tenant SET overage_enabled = true, spend_limit_micros = 50000000 WHERE id = $1", [workspace.tenantId]);
  await billing.open();
  await expect(billing.planCard().getByText("On: past the quotas, at most $50.00 a period.")).toBeVisible();
  await expectFourViews(page);

  await billing.previewUpgrade("Pro");
  await expectFourViews(page);
  await page.keyboard.press("Escape");

  await billing.open();
  await billing.planCard().getByRole("button", { name: "Cancel plan" }).click();
  await expect(billing.dialog().getByText("Overage is turned off when Starter ends.", { exact: false })).toBeVisible();
  await expectFourViews(page);
  await billing.dialog().getByRole("button", { name: "Keep Starter" }).click();
  await billing.cancel("Starter");
  await expectFourViews(page);

  await billing.openPlans();
  await expectFourViews(page);
  await billing.offer("Pro").getByRole("link", { name: "Resume your plan first." }).click();
  await expect(billing.planCard().getByRole("button", { name: "Resume plan" })).toBeVisible();
});

test("beyond the grace of a payment that is missing", async ({ page }) => {
  await buyStarter();
  const customer = await customerOf(workspace.tenantId);
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 20 });
  await sandboxControl("travel", { customer, months: 1 });
  await sandboxControl("travel", { customer, seconds: 7_200 });
  await sandboxControl("travel", { customer, days: 8 });
  await billing.returnFromPortal();
  await billing.expectStanding("Starter", "past_due");
  await expect(billing.planCard().getByText(/^Since .* the limits of Free hold/)).toBeVisible();
  await expectFourViews(page);
  const pay = await billing.planCard().getByRole("link", { name: "Pay invoice" }).getAttribute("href");
  await billing.openPlans();
  await expect(billing.offer("Pro").getByRole("link", { name: "Pay the open invoice first." })).toHaveAttribute("href", pay ?? "");
  await expectFourViews(page);
});

test("by contract, paid outside of Stripe: nothing there leads to Stripe", async ({ page }) => {
  await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 90000, 'outside', now() - interval '1 day', 'As agreed on paper.', 'usr_staff')", [workspace.tenantId]);
  await owner().query("UPDATE tenant SET plan_id = 'enterprise' WHERE id = $1", [workspace.tenantId]);
  await billing.open();
  await billing.expectStanding("Enterprise", "contract");
  await expect(billing.payment().getByText("outside of Stripe")).toBeVisible();
  await expect(billing.payment().getByRole("button")).toHaveCount(0);
  // No limit was agreed here, so that nothing is included: the gauges have no part to mark.
  await expect(page.getByText("0 of 0 calls")).toBeVisible();
  await expect(page.getByText("100 %")).toHaveCount(0);
  await expectFourViews(page);
  await billing.openPlans();
  await expectFourViews(page);
});
