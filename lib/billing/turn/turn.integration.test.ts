/** Changes that come at the same time, that die half-way, and that are not anybody's to make here. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buy, buyerOf, inForce, makeFree, standing, turnIsFree } from "@/e2e/fixtures/billing-life";
import { customerOf, sandboxClient, sandboxControl } from "@/e2e/fixtures/stripe-sandbox";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { cancelSubscription } from "@/lib/billing/cancel";
import { openCheckout } from "@/lib/billing/checkout";
import { startTrial } from "@/lib/billing/trial";
import { previewUpgrade, upgrade } from "@/lib/billing/upgrade";
import { inTurn } from "@/lib/billing/turn/turn";
import { AppError } from "@/lib/core/errors";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  one = await makeFree();
});

describe("changes at the same time", () => {
  test("wait for the one that is under way, and not for a process that died with its turn", async () => {
    await buy(one, "starter");
    const hold = (until: string) => owner().query("UPDATE billing_turn SET held_until = now() + $2::interval WHERE tenant_id = $1", [one.tenantId, until]);
    await hold("1 minute");
    await expect(cancelSubscription(actorOf(one))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("under way") });
    expect(await standing(one)).toMatchObject({ kind: "active" });
    await hold("-1 second");
    await cancelSubscription(actorOf(one));
    expect(await standing(one)).toMatchObject({ kind: "ending" });
    expect(await turnIsFree(one)).toBe(true);
  });

  test("that fail on our side after Stripe was asked say that it is not known, and give the turn back", async () => {
    await buy(one, "starter");
    const fail = (wrote: boolean, error: Error) => inTurn(one.tenantId, async (turn) => {
      if (wrote) turn.key("cancel", "sub_1");
      throw error;
    });
    await expect(fail(true, new AppError("unavailable", "The database is away. Nothing was changed."))).rejects.toMatchObject({ status: 503, message: expect.stringMatching(/^Something failed on our side after Stripe was asked, so it is not known yet/) });
    await expect(fail(true, new Error("a bug"))).rejects.toMatchObject({ status: 503 });
    await expect(fail(false, new AppError("unavailable", "The database is away. Nothing was changed."))).rejects.toMatchObject({ message: "The database is away. Nothing was changed." });
    await expect(fail(true, new AppError("conflict", "No."))).rejects.toMatchObject({ code: "conflict", message: "No." });
    expect(await turnIsFree(one)).toBe(true);
  });

  test("whose answers are lost are done once", async () => {
    await buy(one, "starter");
    const preview = await previewUpgrade(one.tenantId, "pro");
    await sandboxControl("faults", { lose_answers: 1 });
    await upgrade(actorOf(one), "pro", preview).catch((error: unknown) => expect(error).toMatchObject({ status: 503 }));
    await sandboxControl("faults", { lose_answers: 0 });
    await upgrade(actorOf(one), "pro", preview).catch((error: unknown) => expect(error).toMatchObject({ code: "conflict" }));
    expect(await inForce(one)).toMatchObject({ plan: "pro" });
    const invoices = await sandboxClient().invoices.list({ customer: await customerOf(one.tenantId), limit: 100 });
    expect(invoices.data.filter(({ billing_reason }) => billing_reason === "subscription_update")).toHaveLength(1);
  });
});

describe("a contract", () => {
  test("is not bought beside, tried around, or changed here", async () => {
    await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 90000, 'outside', now() - interval '1 day', 'Agreed.', 'usr_staff')", [one.tenantId]);
    const together = await Promise.allSettled([startTrial(actorOf(one), buyerOf(one), "pro"), openCheckout(actorOf(one), buyerOf(one), "pro")]);
    for (const attempt of together) expect(attempt).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
    await expect(openCheckout(actorOf(one), buyerOf(one), "pro")).rejects.toMatchObject({ message: expect.stringContaining("has a contract") });
    expect(await standing(one)).toMatchObject({ kind: "contract" });
    expect((await owner().query("SELECT 1 FROM billing_account WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(0);
    // Other suites share the database, and put in force what was agreed.
    await owner().query("DELETE FROM contract WHERE tenant_id = $1", [one.tenantId]);
  });
});
