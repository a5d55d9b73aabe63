/** A larger and a smaller plan, against PostgreSQL and the Stripe sandbox: each change, twice at once, refused, and with Stripe away. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buy, inForce, mail, mails, makeFree, standing, subscriptionsOf, travel, turnIsFree } from "@/e2e/fixtures/billing-life";
import { customerOf, giveCard, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { type Workspace } from "@/e2e/fixtures/workspace";
import { cancelSubscription } from "@/lib/billing/cancel";
import { scheduleDowngrade, undoDowngrade } from "@/lib/billing/downgrade";
import { catchUp } from "@/lib/billing/overview/service";
import { previewUpgrade, upgrade } from "@/lib/billing/upgrade";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => void (one = await makeFree()));

describe("a larger plan", () => {
  test("is shown to the cent, charged as shown, and in force at once", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    expect(preview.dueCents).toBe(preview.lines.reduce((sum, { cents }) => sum + cents, 0));
    expect(preview).toMatchObject({ hasCard: true, priceCents: 14_900 });
    await upgrade(actorOf(one), "pro", preview);
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    expect(await mails(one)).toEqual(["subscribed", "plan_upgraded"]);
    expect(await mail(one, "plan_upgraded")).toMatchObject({ from: "starter", to: "pro", chargedCents: preview.dueCents });
    const invoices = await sandboxClient().invoices.list({ customer: await customerOf(one.tenantId), limit: 100 });
    expect(invoices.data.find(({ billing_reason }) => billing_reason === "subscription_update")?.amount_paid).toBe(preview.dueCents);
  });

  test("adds up with a coupon and a tax, and with a tax that the customer owes", async () => {
    await buy(one, "starter");
    const [customer, [subscription]] = [await customerOf(one.tenantId), await subscriptionsOf(one)];
    const coupon = await sandboxClient().coupons.create({ name: "Launch", percent_off: 50, duration: "forever" });
    const without = await previewUpgrade(one.tenantId, "pro");
    await sandboxClient().customers.update(customer, { address: { country: "DE" } });
    await sandboxClient().subscriptions.update(subscription?.id ?? "", { discounts: [{ coupon: coupon.id }], automatic_tax: { enabled: true } });
    const taxed = await previewUpgrade(one.tenantId, "pro");
    expect(taxed.lines.reduce((sum, { cents }) => sum + cents, 0) - taxed.discountCents + taxed.taxCents - taxed.creditCents).toBe(taxed.dueCents);
    expect(taxed).toMatchObject({ reverseCharge: false, coupon: { name: "Launch", percentOff: 50 } });
    expect(taxed.taxCents).toBeGreaterThan(0);
    // What is prorated is after the coupon: half of a month of Pro.
    expect(taxed.discountCents).toBe(0);
    expect(taxed.dueCents - taxed.taxCents).toBeLessThan(without.dueCents - 7_000);
    await sandboxClient().customers.createTaxId(customer, { type: "eu_vat", value: "DE123456789" });
    const reversed = await previewUpgrade(one.tenantId, "pro");
    expect(reversed).toMatchObject({ discountCents: taxed.discountCents, taxCents: 0, reverseCharge: true, dueCents: taxed.dueCents - taxed.taxCents });
    await upgrade(actorOf(one), "pro", reversed);
    const invoices = await sandboxClient().invoices.list({ customer, limit: 100 });
    expect(invoices.data.find(({ billing_reason }) => billing_reason === "subscription_update")?.amount_paid).toBe(reversed.dueCents);
  });

  test("is charged once for two clicks", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    const outcomes = await Promise.allSettled([upgrade(actorOf(one), "pro", preview), upgrade(actorOf(one), "pro", preview)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const invoices = await sandboxClient().invoices.list({ customer: await customerOf(one.tenantId), limit: 100 });
    expect(invoices.data.filter(({ billing_reason }) => billing_reason === "subscription_update")).toHaveLength(1);
  });

  test("is not charged at an amount that was not shown", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    for (const shown of [{ ...preview, dueCents: preview.dueCents - 1 }, { ...preview, prorationDate: preview.prorationDate - 2 * 3_600 }, { ...preview, prorationDate: preview.prorationDate + 3_600 }]) {
      await expect(upgrade(actorOf(one), "pro", shown)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Nothing was charged") });
    }
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
  });

  test("with a declined card changes nothing, and works with the next card", async () => {
    await buy(one, "starter");
    const customer = await customerOf(one.tenantId);
    const [subscription] = await subscriptionsOf(one);
    await giveCard(customer, "pm_card_chargeCustomerFail");
    const bad = (await sandboxClient().customers.retrieve(customer, { expand: [] }));
    if (bad.deleted || !subscription) throw new Error("no customer");
    await sandboxClient().subscriptions.update(subscription.id, { default_payment_method: String(bad.invoice_settings.default_payment_method) });
    const preview = await previewUpgrade(one.tenantId, "pro");
    await expect(upgrade(actorOf(one), "pro", preview)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("the plan was not changed") });
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter" });
    await giveCard(customer);
    const good = await sandboxClient().customers.retrieve(customer);
    if (good.deleted) throw new Error("no customer");
    await sandboxClient().subscriptions.update(subscription.id, { default_payment_method: String(good.invoice_settings.default_payment_method) });
    await upgrade(actorOf(one), "pro", await previewUpgrade(one.tenantId, "pro"));
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
  });

  test("while Stripe is away is 503, and the plan stays", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    await sandboxControl("faults", { fail_calls: 40 });
    try {
      await expect(upgrade(actorOf(one), "pro", preview)).rejects.toMatchObject({ status: 503 });
      await expect(cancelSubscription(actorOf(one))).rejects.toMatchObject({ status: 503, message: expect.stringContaining("does not do it twice") });
      expect(await catchUp(one.tenantId)).toBe(false);
    } finally {
      await sandboxControl("faults", { fail_calls: 0 });
    }
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    expect(await turnIsFree(one)).toBe(true);
  });
});

describe("a smaller plan", () => {
  test("begins with the next period, tells what will not fit, and can be taken back", async () => {
    await buy(one, "pro");
    await expect(upgrade(actorOf(one), "starter", { prorationDate: 1, dueCents: 0 })).rejects.toMatchObject({ code: "conflict" });
    await scheduleDowngrade(actorOf(one), "starter");
    await scheduleDowngrade(actorOf(one), "starter");
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "pro", scheduled: { planId: "starter" } });
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    expect(await undoDowngrade(actorOf(one))).toBe(true);
    expect(await undoDowngrade(actorOf(one))).toBe(false);
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "pro", scheduled: null });
    await scheduleDowngrade(actorOf(one), "starter");
    await travel(one, { months: 1, days: 1 });
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
    expect(await mails(one)).toEqual(["subscribed", "downgrade_scheduled", "resumed", "downgrade_scheduled", "plan_downgraded"]);
    expect(await mail(one, "plan_downgraded")).toMatchObject({ from: "pro", to: "starter", priceCents: 4900, excess: { agents: 0, members: 0 } });
    // A schedule that has done its work is in nobody's way.
    await upgrade(actorOf(one), "pro", await previewUpgrade(one.tenantId, "pro"));
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
  });
});
