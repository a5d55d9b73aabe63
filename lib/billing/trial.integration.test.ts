/** A trial, against PostgreSQL and the Stripe sandbox: begun, begun twice at once, refused, with Stripe away, and at its end. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, audited, buyerOf, inForce, mail, mails, makeFree, standing, subscriptionsOf, travel, turnIsFree } from "@/e2e/fixtures/billing-life";
import { customerOf, giveCard, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { followTheClock } from "@/lib/billing/dunning/dunning";
import { endTrial } from "@/lib/billing/end-trial";
import { startTrial } from "@/lib/billing/trial";
import { switchTrialPlan } from "@/lib/billing/upgrade";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => void (one = await makeFree()));

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
