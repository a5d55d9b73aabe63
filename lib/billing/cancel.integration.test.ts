/** Canceling a subscription, against PostgreSQL and the Stripe sandbox: by its owner, by the end of the workspace, and taken back. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { actorOf, buy, inForce, mail, mails, makeFree, standing, subscriptionsOf, travel } from "@/e2e/fixtures/billing-life";
import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import { cancelSubscription, resumeSubscription } from "@/lib/billing/cancel";
import { endSubscriptionsOfPurged, followDeletion } from "@/lib/billing/deletion/deletion";
import { scheduleDowngrade } from "@/lib/billing/downgrade";
import { closeDb } from "@/lib/platform/db";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => void (one = await makeFree()));

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
