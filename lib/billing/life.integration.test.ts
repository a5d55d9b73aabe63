/** The life of a subscription, against PostgreSQL and the Stripe sandbox: each deed, twice at once, refused, and with Stripe away. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, audited, buy, buyerOf, inForce, mail, mails, makeFree, sessionOf, standing, subscriptionsOf, travel, turnIsFree } from "@/e2e/fixtures/billing-life";
import { customerOf, giveCard, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { cancelSubscription, resumeSubscription } from "@/lib/billing/cancel";
import { openCheckout } from "@/lib/billing/checkout";
import { endSubscriptionsOfPurged, followDeletion } from "@/lib/billing/deletion/deletion";
import { scheduleDowngrade, undoDowngrade } from "@/lib/billing/downgrade";
import { followTheClock } from "@/lib/billing/dunning/dunning";
import { endTrial } from "@/lib/billing/end-trial";
import { catchUp, readBilling } from "@/lib/billing/overview/service";
import { openPortal } from "@/lib/billing/portal";
import { setUpStripe } from "@/lib/billing/setup/setup";
import { startTrial } from "@/lib/billing/trial";
import { previewUpgrade, switchTrialPlan, upgrade } from "@/lib/billing/upgrade";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  one = await makeFree();
});

describe("setup", () => {
  test("finds what it made, and makes nothing twice, also beside itself", async () => {
    const both = await Promise.all([setUpStripe(), setUpStripe()]);
    for (const lines of both) expect(lines.every(({ outcome }) => outcome === "found"), JSON.stringify(lines)).toBe(true);
    const prices = await sandboxClient().prices.list({ lookup_keys: ["stint_starter_4900", "stint_pro_14900", "stint_overage_micros"], limit: 100 });
    expect(prices.data.map(({ lookup_key }) => lookup_key).toSorted()).toEqual(["stint_overage_micros", "stint_pro_14900", "stint_starter_4900"]);
  });
});

describe("a trial", () => {
  test("begins at once with the plan and without a card, and is told of once", async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    expect(await inForce(one)).toMatchObject({ plan: "starter", trial: true });
    expect(await standing(one)).toMatchObject({ kind: "trial", planId: "starter", hasCard: false, canceled: false });
    expect(await mails(one)).toEqual(["trial_started"]);
    expect(await audited(one)).toEqual(expect.arrayContaining(["subscription.trial_requested", "subscription.trial_started"]));
    const [subscription] = await subscriptionsOf(one);
    expect(subscription?.items.data.map(({ price }) => price.lookup_key).toSorted()).toEqual(["stint_overage_micros", "stint_starter_4900"]);
    expect(subscription?.metadata.tenant_id).toBe(one.tenantId);
  });

  test("is one for two clicks, and one for two tabs that ask for different plans", async () => {
    const outcomes = await Promise.allSettled((["starter", "starter", "pro"] as const).map((plan) => startTrial(actorOf(one), buyerOf(one), plan)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
    expect(await subscriptionsOf(one)).toHaveLength(1);
    expect(await mails(one)).toEqual(["trial_started"]);
  });

  test("is one for a mailbox, whatever is written before the @, and one for a workspace", async () => {
    const mailbox = one.email.split("@")[0];
    await startTrial(actorOf(one), { ...buyerOf(one), email: `${mailbox}@gmail.com` }, "starter");
    const second = await makeFree();
    await expect(startTrial(actorOf(second), { ...buyerOf(second), email: `${mailbox?.slice(0, 2)}.${mailbox?.slice(2)}+again@googlemail.com` }, "starter")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("had a trial already") });
    expect(await inForce(second)).toMatchObject({ plan: "free" });
    // After its end, neither this mailbox nor another gets a second one in the same workspace.
    await travel(one, { days: 15 });
    expect(await inForce(one)).toMatchObject({ plan: "free", trial: false });
    await expect(startTrial(actorOf(one), { ...buyerOf(one), email: `${mailbox}@gmail.com` }, "starter")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("has had its trial") });
    await expect(startTrial(actorOf(one), { ...buyerOf(one), email: `other-${mailbox}@test.example` }, "starter")).rejects.toMatchObject({ code: "conflict" });
    expect(await mails(one)).toEqual(["trial_started", "trial_ended"]);
  });

  test("is refused to throwaway addresses in a sentence, and for plans without one", async () => {
    await expect(startTrial(actorOf(one), { ...buyerOf(one), email: "someone@mailinator.com" }, "starter")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("throwaway") });
    await expect(startTrial(actorOf(one), buyerOf(one), "enterprise")).rejects.toMatchObject({ code: "conflict" });
    expect((await owner().query("SELECT 1 FROM billing_account WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(0);
  });

  test("that failed at Stripe can be asked for again by the same workspace", async () => {
    await sandboxControl("faults", { fail_calls: 40 });
    try {
      await expect(startTrial(actorOf(one), buyerOf(one), "starter")).rejects.toMatchObject({ code: "unavailable", status: 503, message: expect.stringContaining("not known yet") });
    } finally {
      await sandboxControl("faults", { fail_calls: 0 });
    }
    expect(await inForce(one)).toMatchObject({ plan: "free" });
    expect(await turnIsFree(one)).toBe(true);
    await startTrial(actorOf(one), buyerOf(one), "starter");
    expect(await inForce(one)).toMatchObject({ plan: "starter", trial: true });
  });

  test("whose answer was lost is not begun twice", async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    const before = await subscriptionsOf(one);
    await expect(startTrial(actorOf(one), buyerOf(one), "starter")).rejects.toMatchObject({ code: "conflict" });
    expect(await subscriptionsOf(one)).toHaveLength(before.length);
  });

  test("changes its plan without a charge, ends early only with a card, and a declined card leaves it going", async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    await switchTrialPlan(actorOf(one), "pro");
    expect(await inForce(one)).toMatchObject({ plan: "pro", trial: true });
    await expect(endTrial(actorOf(one))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Add a card") });
    const customer = await customerOf(one.tenantId);
    await giveCard(customer, "pm_card_chargeCustomerFail");
    await expect(endTrial(actorOf(one))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("the trial goes on") });
    expect(await inForce(one)).toMatchObject({ plan: "pro", trial: true });
    await giveCard(customer);
    await endTrial(actorOf(one));
    expect(await inForce(one)).toMatchObject({ plan: "pro", trial: false });
    expect(await mails(one)).toEqual(["trial_started", "subscribed"]);
  });

  test("is warned of once in its last three days, and ends at its end without an event", async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    await followTheClock();
    expect(await mails(one)).toEqual(["trial_started"]);
    await travel(one, { days: 12 });
    await followTheClock();
    await followTheClock();
    expect(await mails(one)).toEqual(["trial_started", "trial_ending"]);
    expect(await mail(one, "trial_ending")).toMatchObject({ plan: "starter", hasCard: false, priceCents: 4900 });
    await sandboxControl("travel", { customer: await customerOf(one.tenantId), days: 3 });
    // What is stored still says that it runs; its time here is moved back with Stripe's.
    await owner().query("UPDATE billing_account SET trial_ends_at = now() - interval '1 second' WHERE tenant_id = $1", [one.tenantId]);
    await followTheClock();
    expect(await inForce(one)).toMatchObject({ plan: "free", trial: false });
    expect(await mails(one)).toEqual(["trial_started", "trial_ending", "trial_ended"]);
  });
});

describe("buying", () => {
  test("puts the plan in force on the way back, without an event", async () => {
    await buy(one, "starter");
    expect(await inForce(one)).toMatchObject({ plan: "starter", trial: false });
    expect(await mails(one)).toEqual(["subscribed"]);
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter", scheduled: null });
    await expect(openCheckout(actorOf(one), buyerOf(one), "pro")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("already") });
    await expect(startTrial(actorOf(one), buyerOf(one), "pro")).rejects.toMatchObject({ code: "conflict" });
  });

  test("in two tabs buys once: the page that was opened first is closed", async () => {
    const first = await openCheckout(actorOf(one), buyerOf(one), "starter");
    const second = await openCheckout(actorOf(one), buyerOf(one), "pro");
    expect(second).not.toBe(first);
    await expect(sandboxControl("checkout", { session: sessionOf(first) })).rejects.toThrow();
    await sandboxControl("checkout", { session: sessionOf(second) });
    await catchUp(one.tenantId);
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    expect(await subscriptionsOf(one)).toHaveLength(1);
  });

  test("is refused after a page was paid that this side has not heard of yet", async () => {
    const url = await openCheckout(actorOf(one), buyerOf(one), "starter");
    await sandboxControl("checkout", { session: sessionOf(url) });
    await expect(openCheckout(actorOf(one), buyerOf(one), "starter")).rejects.toMatchObject({ code: "conflict" });
    expect(await inForce(one)).toMatchObject({ plan: "starter" });
  });

  test("is a matter of adding a card while in trial", async () => {
    await startTrial(actorOf(one), buyerOf(one), "starter");
    await expect(openCheckout(actorOf(one), buyerOf(one), "starter")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Add a card") });
    expect(await openPortal(actorOf(one), buyerOf(one), "payment_method")).toMatch(/^http/);
  });

  test("by another workspace is that workspace's alone", async () => {
    const other = await makeFree();
    await Promise.all([buy(one, "starter"), openCheckout(actorOf(other), buyerOf(other), "pro")]);
    expect(await customerOf(one.tenantId)).not.toBe(await customerOf(other.tenantId));
    expect(await inForce(other)).toMatchObject({ plan: "free" });
    expect((await readBilling(other.tenantId)).account?.subscriptionId).toBeNull();
  });
});

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
    await undoDowngrade(actorOf(one));
    await undoDowngrade(actorOf(one));
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

describe("canceling", () => {
  test("ends with the period, can be resumed, and turns overage off with the end", async () => {
    await buy(one, "starter");
    await owner().query("UPDATE tenant SET overage_enabled = true, spend_limit_micros = 5000000 WHERE id = $1", [one.tenantId]);
    await Promise.allSettled([cancelSubscription(actorOf(one)), cancelSubscription(actorOf(one))]);
    expect(await standing(one)).toMatchObject({ kind: "ending", planId: "starter" });
    expect(await inForce(one)).toMatchObject({ plan: "starter", overage: true });
    await resumeSubscription(actorOf(one));
    expect(await standing(one)).toMatchObject({ kind: "active", planId: "starter" });
    await cancelSubscription(actorOf(one));
    await travel(one, { months: 1, days: 1 });
    expect(await inForce(one)).toMatchObject({ plan: "free", overage: false, anchor: null });
    expect(await mails(one)).toEqual(["subscribed", "cancellation_scheduled", "resumed", "cancellation_scheduled", "subscription_ended"]);
    expect(await mail(one, "subscription_ended")).toMatchObject({ reason: "canceled", plan: "starter" });
    await expect(resumeSubscription(actorOf(one))).rejects.toMatchObject({ code: "conflict" });
    // Whoever left may come back.
    await buy(one, "pro");
    expect(await inForce(one)).toMatchObject({ plan: "pro", overage: false });
  });

  test("with a smaller plan scheduled ends all the same", async () => {
    await buy(one, "pro");
    await scheduleDowngrade(actorOf(one), "starter");
    await cancelSubscription(actorOf(one));
    expect(await standing(one)).toMatchObject({ kind: "ending", planId: "pro" });
    expect(await mails(one)).toEqual(["subscribed", "downgrade_scheduled", "cancellation_scheduled"]);
  });

  test("follows the deletion of the workspace, and not what somebody canceled before", async () => {
    await buy(one, "starter");
    const askFor = (when: string | null) => owner().query("UPDATE tenant SET delete_after = now() + $2::interval WHERE id = $1", [one.tenantId, when]);
    await askFor("30 days");
    await followDeletion(one.tenantId);
    await followDeletion(one.tenantId);
    expect(await standing(one)).toMatchObject({ kind: "ending" });
    await askFor(null);
    await followDeletion(one.tenantId);
    expect(await standing(one)).toMatchObject({ kind: "active" });
    await cancelSubscription(actorOf(one));
    await askFor("30 days");
    await followDeletion(one.tenantId);
    await askFor(null);
    await followDeletion(one.tenantId);
    expect(await standing(one)).toMatchObject({ kind: "ending" });
    await askFor("-1 second");
    // While Stripe has a subscription of it, the purge leaves it alone.
    expect((await owner().query<{ tenant_id: string }>("SELECT tenant_id FROM purge_tenant(1)")).rows.map(({ tenant_id }) => tenant_id)).not.toContain(one.tenantId);
    await endSubscriptionsOfPurged();
    expect((await subscriptionsOf(one)).map(({ status }) => status)).toEqual(["canceled"]);
    expect(await inForce(one)).toMatchObject({ plan: "free" });
    // Other suites share the database, and purge what is due.
    await askFor(null);
  });
});
