/** Buying a plan, against PostgreSQL and the Stripe sandbox: once, in two tabs, and beside a trial. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buy, buyerOf, inForce, mails, makeFree, sessionOf, standing, subscriptionsOf } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { type Workspace } from "@/e2e/fixtures/workspace";
import { openCheckout } from "@/lib/billing/checkout";
import { catchUp, readBilling } from "@/lib/billing/overview/service";
import { openPortal } from "@/lib/billing/portal";
import { startTrial } from "@/lib/billing/trial";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => void (one = await makeFree()));

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
