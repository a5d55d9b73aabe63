/** Buying a plan, against PostgreSQL and the Stripe sandbox: once, in two tabs, and beside a trial. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buy, buyerOf, inForce, mails, makeFree, sessionOf, standing, subscriptionsOf } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { openCheckout } from "@/lib/billing/checkout";
import { tendContract } from "@/lib/billing/contract";
import { followDeletion } from "@/lib/billing/deletion/deletion";
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

  test("is over once a trial has begun: the page that was open before cannot be paid beside it", async () => {
    const url = await openCheckout(actorOf(one), buyerOf(one), "starter");
    await startTrial(actorOf(one), buyerOf(one), "pro");
    await expect(sandboxControl("checkout", { session: sessionOf(url) })).rejects.toThrow();
    expect(await subscriptionsOf(one)).toHaveLength(1);
    expect(await inForce(one)).toMatchObject({ plan: "pro", trial: true });
  });

  test("is in the way of a trial that is asked for a moment after the page was paid", async () => {
    const url = await openCheckout(actorOf(one), buyerOf(one), "starter");
    await sandboxControl("checkout", { session: sessionOf(url) });
    await expect(startTrial(actorOf(one), buyerOf(one), "pro")).rejects.toMatchObject({ code: "conflict" });
    expect(await subscriptionsOf(one)).toHaveLength(1);
  });

  test("is over once a contract is in force, and once the workspace is to be deleted", async () => {
    const [url, other] = [await openCheckout(actorOf(one), buyerOf(one), "starter"), await makeFree()];
    await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 90000, 'outside', now() - interval '1 day', 'Agreed.', 'usr_staff')", [one.tenantId]);
    await tendContract(one.tenantId);
    await expect(sandboxControl("checkout", { session: sessionOf(url) })).rejects.toThrow();
    await owner().query("DELETE FROM contract WHERE tenant_id = $1", [one.tenantId]);
    const later = await openCheckout(actorOf(other), buyerOf(other), "starter");
    await owner().query("UPDATE tenant SET delete_after = now() + interval '30 days' WHERE id = $1", [other.tenantId]);
    await followDeletion(other.tenantId);
    await expect(sandboxControl("checkout", { session: sessionOf(later) })).rejects.toThrow();
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
