/** Plans in the browser: tried, bought, made larger and smaller, canceled and resumed; what is said when it does not work, and who may enter. */
import { expect, test, type BrowserContext } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { customerOf, giveCard, sandboxClient, sandboxControl } from "../fixtures/stripe-sandbox";
import { makeAgent, makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { BillingPage } from "../pages/billing-page";
import { expectFourViews } from "../pages/four-views";
import { WorkspacePages } from "../pages/workspace-pages";

let workspace: Workspace;
test.beforeEach(async ({ context }) => {
  workspace = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [workspace.tenantId]);
  await owner().query("DELETE FROM plan WHERE id = $1", [workspace.planId]);
  await signInAs(context, workspace.userId);
});

async function signInAs(context: BrowserContext, userId: string): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(userId)).split("=");
  await context.addCookies([{ name, value, url: process.env.STINT_TEST_URL ?? "" }]);
}

async function buy(billing: BillingPage, plan: "Starter" | "Pro"): Promise<void> {
  await sandboxControl("checkout", { session: await billing.goToCheckout(plan) });
  await billing.returnFromCheckout();
  await billing.expectStanding(plan, "active");
}

test("a trial begins with two clicks, takes another plan, gets a card, and is ended early", async ({ page }) => {
  const billing = new BillingPage(page, workspace.slug);
  await billing.open();
  await billing.expectStanding("Free", "free");
  await expectFourViews(page);
  await billing.startTrial("Starter");
  await expect(page.getByRole("meter", { name: "Days of the trial" })).toHaveAttribute("aria-valuetext", "14 days left of 14");
  await expect(billing.planCard().getByText("unless you add a card")).toBeVisible();
  await expectFourViews(page);
  await billing.openPlans();
  await expect(billing.offer("Starter").getByRole("button", { name: "Add a card" })).toBeVisible();
  expect(await billing.markedPlans()).toEqual(["starter"]);
  await billing.switchTrial("Pro");
  await billing.openPlans();
  expect(await billing.markedPlans()).toEqual(["pro"]);
  await billing.goToPortal("Add a card");
  await giveCard(await customerOf(workspace.tenantId));
  await billing.returnFromPortal();
  await expect(page.getByText("The card is saved")).toBeVisible();
  await expect(billing.payment().getByText("•••• 4242")).toBeVisible();
  await billing.endTrial("Pro");
});

test("a plan is bought, upgraded at the price shown, scheduled down and back, canceled and resumed", async ({ page }) => {
  const billing = new BillingPage(page, workspace.slug);
  for (let more = 0; more < 6; more++) await makeAgent(workspace, "stint-extract-1");
  await buy(billing, "Starter");
  await expect(page.getByText("Starter is in force")).toBeVisible();
  await billing.openPlans();
  await expectFourViews(page);
  const charged = await billing.upgrade("Pro");
  const invoices = await sandboxClient().invoices.list({ customer: await customerOf(workspace.tenantId), limit: 10 });
  expect(invoices.data.find(({ billing_reason }) => billing_reason === "subscription_update")?.amount_paid).toBe(charged);

  await billing.openPlans();
  await billing.offer("Starter").getByRole("button", { name: "Downgrade to Starter" }).click();
  await expect(billing.dialog().getByText("Read-only: the agents ")).toBeVisible();
  await expect(billing.dialog().getByText("Nothing is deleted: all of it works again on a larger plan.")).toBeVisible();
  await billing.dialog().getByRole("button", { name: "Keep Pro" }).click();
  await billing.downgrade("Starter");
  await expectFourViews(page);
  await billing.undoDowngrade("Pro");
  await billing.cancel("Pro");
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByText(/^Pro ends on /)).toBeVisible();
  await expectFourViews(page);
  await billing.resume("Pro");
});

test("a declined card and a Stripe that does not answer are told with what was not changed", async ({ page }) => {
  const billing = new BillingPage(page, workspace.slug);
  await buy(billing, "Starter");
  await sandboxControl("next_payment", { customer: await customerOf(workspace.tenantId), outcome: "fail" });
  await billing.previewUpgrade("Pro");
  await billing.payAndUpgrade();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("Nothing was charged, and the plan was not changed.");
  await page.keyboard.press("Escape");
  await sandboxControl("faults", { fail_calls: 200 });
  try {
    await billing.open();
    await billing.planCard().getByRole("button", { name: "Cancel plan" }).click();
    await billing.dialog().getByRole("button", { name: "Cancel plan" }).click();
    await expect(billing.dialog().getByRole("alert")).toContainText("it is not known yet whether this was done");
  } finally {
    await sandboxControl("faults", { fail_calls: 0 });
  }
  await billing.open();
  await billing.expectStanding("Starter", "active");
});

test("a payment that is missing is said on every page, and only the limits to those who cannot pay", async ({ page, context }) => {
  const billing = new BillingPage(page, workspace.slug);
  await buy(billing, "Starter");
  const customer = await customerOf(workspace.tenantId);
  await sandboxControl("next_payment", { customer, outcome: "fail", times: 20 });
  await sandboxControl("travel", { customer, months: 1 });
  await sandboxControl("travel", { customer, seconds: 7_200 });
  await billing.returnFromPortal();
  await billing.expectStanding("Starter", "past_due");
  await expect(page.getByText("A payment of $49.00 is missing")).toHaveCount(1);
  await expectFourViews(page);
  await signInAs(context, await makeUser({ workspace, role: "developer" }));
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByText("A payment is missing")).toHaveCount(0);
  await sandboxControl("travel", { customer, days: 8 });
  await signInAs(context, workspace.userId);
  await billing.returnFromPortal();
  await expect(billing.planCard().getByText(/^Since .* the limits of Free hold/)).toBeVisible();
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByText("the limits of Free hold since")).toBeVisible();
  await expectFourViews(page);
  await signInAs(context, await makeUser({ workspace, role: "viewer" }));
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByText("The limits of Free hold for now")).toBeVisible();
});

test("a bank that asks is answered on the invoice's page, and until then nothing is charged; what waits can be left", async ({ page }) => {
  const billing = new BillingPage(page, workspace.slug);
  await buy(billing, "Starter");
  const customer = await customerOf(workspace.tenantId);
  for (const answer of ["leave", "confirm"] as const) {
    await sandboxControl("next_payment", { customer, outcome: "action" });
    const due = await billing.previewUpgrade("Pro");
    await billing.payAndUpgrade();
    await expect(billing.planCard().getByText("Pro waits for your bank")).toBeVisible();
    await expect(billing.planCard().getByText(`$${(due / 100).toFixed(2)}`)).toBeVisible();
    await billing.expectStanding("Starter", "active");
    if (answer === "leave") {
      await expectFourViews(page);
      await billing.openPlans();
      await expect(billing.offer("Pro").getByText("To be confirmed")).toBeVisible();
      await billing.leaveChange("Starter");
      continue;
    }
    await billing.confirmAtBank();
    await billing.returnFromBank();
    await expect(page.getByText("Pro is in force")).toBeVisible();
    await billing.expectStanding("Pro", "active");
  }
});

test("a billing member without a seat pays for room, and is offered nothing else", async ({ page, context }) => {
  const billing = new BillingPage(page, workspace.slug);
  await buy(billing, "Starter");
  await owner().query("INSERT INTO tenant_override (tenant_id, members, reason, set_by) VALUES ($1, 1, 'one seat', 'usr_staff')", [workspace.tenantId]);
  await signInAs(context, await makeUser({ workspace, role: "billing" }));
  await billing.open();
  await expect(page.getByText("pay for it, and change nothing else")).toBeVisible();
  await expect(billing.planCard().getByRole("link", { name: "Change plan" })).toBeVisible();
  await expect(billing.planCard().getByRole("button", { name: "Cancel plan" })).toHaveCount(0);
  await expect(billing.payment().getByRole("button", { name: "Change card" })).toBeVisible();
  await billing.upgrade("Pro");
});

test("only owners and billing members enter, and nobody else is led there", async ({ page, context }) => {
  for (const [role, enters] of [["billing", true], ["admin", false], ["developer", false], ["viewer", false]] as const) {
    await signInAs(context, await makeUser({ workspace, role }));
    for (const path of ["billing", "billing/plans"]) expect((await page.goto(`/t/${workspace.slug}/${path}`))?.status(), `${role} ${path}`).toBe(enters ? 200 : 404);
    await page.goto(`/t/${workspace.slug}/caps`);
    await expect(page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Billing" })).toHaveCount(enters ? 1 : 0);
    await expect(page.locator(`a[href*="/billing"]`)).toHaveCount(enters ? 2 : 0);
  }
});

test("the pricing page leads a stranger to an account, and a customer to the plan", async ({ page, context }) => {
  await page.goto("/pricing");
  await page.getByRole("link", { name: "Try Starter for 14 days" }).click();
  await expect(page).toHaveURL(/\/t\/[^/]+\/billing\/plans\?plan=starter$/);
  await context.clearCookies();
  await page.goto("/pricing");
  await expectFourViews(page);
  await page.getByRole("link", { name: "Try Pro for 14 days" }).click();
  await expect(page).toHaveURL(/\/sign-up\?plan=pro$/);
  await signInAs(context, workspace.userId);
  await page.goto("/pricing");
  const head = page.getByRole("banner");
  await expect(head.getByRole("link", { name: "Sign in" })).toHaveCount(0);
  await expect(head.getByRole("link", { name: "Create account" })).toHaveCount(0);
  await expect(page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Free" }) })).toContainText("Your plan now");
  await expectFourViews(page);
  await head.getByRole("link", { name: "Your workspace" }).click();
  await expect(page).toHaveURL(new RegExp(`/t/${workspace.slug}$`));
  await page.goto(`/t/${workspace.slug}`);
  await new WorkspacePages(page, workspace.slug).open("Billing");
});
