/** A copy that has tax worked out: a promotion code and a tax are the same at Checkout, on the next invoice and in the list, and a tax id takes the tax away. */
import { expect, test } from "@playwright/test";
import { PLANS } from "@/lib/billing/plans";
import { sessionCookieOf } from "../fixtures/session";
import { sandboxClient } from "../fixtures/stripe-sandbox";
import { travel } from "../fixtures/time-travel";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { BillingPage } from "../pages/billing-page";

let web: WebProcess;
let one: Workspace;
test.beforeAll(async () => {
  one = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'free' WHERE id = $1", [one.tenantId]);
  web = await startWebProcess(() => ({
    STRIPE_SECRET_KEY: process.env.STINT_TEST_STRIPE_KEY ?? "", STRIPE_WEBHOOK_SECRET: process.env.STINT_TEST_STRIPE_WEBHOOK_SECRET ?? "", STRIPE_API_URL: process.env.STINT_TEST_STRIPE_URL ?? "", STRIPE_TAX: "on",
  }));
});
test.afterAll(() => web.stop());

const dollars = (cents: number) => `$${(cents / 100).toFixed(2)}`;
// A fifth off, and the German rate on what is left.
const NET = (PLANS.starter.priceCents ?? 0) * 0.8;
const DISCOUNT = (PLANS.starter.priceCents ?? 0) - NET;
const TAX = Math.round(NET * 0.19);

test("a promotion code and a tax are the same everywhere, and a tax id leaves the tax to the customer", async ({ browser }) => {
  const page = await browser.newPage({ baseURL: web.url });
  page.setDefaultTimeout(20_000);
  const [name = "", value = ""] = (await sessionCookieOf(one.userId)).split("=");
  await page.context().addCookies([{ name, value, url: web.url }]);
  const billing = new BillingPage(page, one.slug);
  const coupon = await sandboxClient().coupons.create({ name: "Launch", percent_off: 20, duration: "forever" });
  const { code } = await sandboxClient().promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id } });

  await test.step("at Checkout", async () => {
    await billing.goToCheckout("Starter");
    await page.getByLabel("Promotion code").fill(code);
    await page.getByLabel("Country").selectOption("DE");
    await page.getByRole("button", { name: "Update total" }).click();
    await expect(page.getByRole("row", { name: "Discount" })).toContainText(dollars(DISCOUNT));
    await expect(page.getByRole("row", { name: "Tax" })).toContainText(dollars(TAX));
    await expect(page.getByRole("row", { name: "Due today" })).toContainText(dollars(NET + TAX));
    await billing.payOnStripe({ country: "DE" });
    await page.waitForURL(/\/billing\?back=checkout/);
  });

  await test.step("on the next invoice and in the list", async () => {
    await expect(billing.nextInvoice()).toContainText(new RegExp(`Discount\\s*-?.?\\${dollars(DISCOUNT)}[\\s\\S]*Tax\\s*\\${dollars(TAX)}`));
    expect(await billing.nextTotalCents()).toBe(NET + TAX);
    await expect(billing.payment()).toContainText("Launch: 20 % off");
    // The invoice comes with its event.
    await expect(async () => {
      await billing.open();
      expect(await billing.invoiceCents()).toEqual([NET + TAX]);
    }).toPass({ timeout: 30_000 });
    await expect(billing.invoices()).toContainText(new RegExp(`Discount -?.?\\${dollars(DISCOUNT)}Tax \\${dollars(TAX)}`));
  });

  await test.step("in the preview of an upgrade, whose lines add up", async () => {
    const due = await billing.previewUpgrade("Pro");
    const lines = await page.getByRole("dialog").locator("[data-line-cents]").evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-line-cents"))));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.reduce((sum, cents) => sum + cents, 0)).toBe(due);
    await expect(page.getByRole("dialog")).toContainText(/\$149\.00 a month before the coupon \(Launch: 20 % off\)/);
  });

  await test.step("with a tax id that is added at the portal", async () => {
    await billing.goToPortal("Edit address and tax ID");
    await page.getByLabel("Kind of tax ID").selectOption("eu_vat");
    await page.getByLabel("Tax ID", { exact: true }).fill("DE123456789");
    await page.getByRole("button", { name: "Add tax ID" }).click();
    await expect(page.getByRole("button", { name: "Remove DE123456789" })).toBeVisible();
    await billing.returnFromPortal();
    await expect(billing.payment()).toContainText(/Tax ID\s*DE123456789 Germany, verified/);
    await expect(billing.nextInvoice()).toContainText(/Tax\s*Reverse charge/);
    expect(await billing.nextTotalCents()).toBe(NET);
    await travel(one, { months: 1 });
    await travel(one, { seconds: 2 * 3_600 });
    await expect(async () => {
      await billing.open();
      expect(await billing.invoiceCents()).toEqual([NET, NET + TAX]);
    }).toPass({ timeout: 30_000 });
    await expect(billing.invoices()).toContainText("Tax: reverse charge");
  });
  await page.context().close();
});
