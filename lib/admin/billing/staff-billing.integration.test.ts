/** What staff see and do about billing; each function refuses whoever is not staff. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS } from "@/e2e/fixtures/stripe-lives";
import { owner } from "@/e2e/fixtures/workspace";
import { eventListQuerySchema } from "@/lib/admin/billing/schema";
import { getBillingOverview, getStripeEvent, listStripeEvents, replayStripeEvent, seeFlag } from "@/lib/admin/billing/service";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { closeDb } from "@/lib/platform/db";

let world: TestStripe;
let one: Customer;
let staffId: string;
const by = () => ({ staffId, ip: "127.0.0.1", requestId: "req_1" });
beforeAll(async () => {
  world = await startStripe();
  staffId = await makeUser(null, { isStaff: true });
  one = await makeCustomer(world);
  const before = world.eventCount();
  for (const doing of ["buyPro", "refundPart", "dispute"] as const) await DOINGS[doing](world, one);
  for (const event of world.eventsSince(before)) await receiveEvent(readEvent(event));
});
afterAll(async () => {
  await world.close();
  await closeDb();
});

const list = (query: Record<string, unknown>) => listStripeEvents(staffId, eventListQuerySchema.parse({ workspace: one.slug, ...query }));
const audit = async (action: string) => (await owner().query<Record<string, unknown>>("SELECT actor_id, after FROM audit_log WHERE tenant_id = $1 AND action = $2", [one.tenantId, action])).rows;

test("a refund and a dispute stay until somebody has looked, which the workspace's log keeps", async () => {
  const ofOne = async () => (await getBillingOverview(staffId)).flags.filter(({ tenant }) => tenant.id === one.tenantId);
  const flags = await ofOne();
  expect(flags.map(({ kind, amountCents }) => [kind, amountCents]).sort()).toEqual([["dispute", 14900], ["refund", 700]]);
  const refund = flags.find(({ kind }) => kind === "refund")?.id ?? "";
  await expect(seeFlag({ ...by(), staffId: one.userId }, one.tenantId, refund)).rejects.toThrow("staff only");
  await seeFlag(by(), one.tenantId, refund);
  await expect(seeFlag(by(), one.tenantId, refund)).rejects.toMatchObject({ code: "conflict" });
  expect((await ofOne()).map(({ kind }) => kind)).toEqual(["dispute"]);
  expect(await audit("billing.flag_seen")).toEqual([{ actor_id: staffId, after: { flag: refund } }]);
});

test("events are listed a page at a time, by type, status and workspace", async () => {
  const { rows } = await owner().query<{ id: string }>("SELECT id FROM stripe_event WHERE tenant_id = $1 ORDER BY received_at DESC, id DESC", [one.tenantId]);
  const all: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await list({ status: "all", limit: 3, ...(cursor ? { cursor } : {}) });
    all.push(...page.events.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(all).toEqual(rows.map(({ id }) => id));
  expect((await list({ status: "all", workspace: one.tenantId, limit: 100 })).events.map(({ id }) => id)).toEqual(all);
  expect((await list({ type: "invoice.paid" })).events).toMatchObject([{ type: "invoice.paid", status: "handled", deliveries: 1, attempts: 1, tenant: { slug: one.slug } }]);
  expect((await list({ status: "failed" })).events).toEqual([]);
  expect((await list({ workspace: "no-such-workspace" })).events).toEqual([]);
  await expect(listStripeEvents(one.userId, eventListQuerySchema.parse({}))).rejects.toThrow("staff only");
});

test("those that are nobody's business are counted and shown only when they are asked for", async () => {
  const { rows } = await owner().query<{ id: string; status: string }>("SELECT id, status FROM stripe_event WHERE tenant_id = $1 ORDER BY received_at DESC, id DESC", [one.tenantId]);
  const ids = (wanted: (status: string) => boolean) => rows.filter(({ status }) => wanted(status)).map(({ id }) => id);
  const [ignored, others] = [ids((status) => status === "ignored"), ids((status) => status !== "ignored")];
  expect([ignored.length > 0, others.length > 0]).toEqual([true, true]);
  const shown = async (query: Record<string, unknown>) => {
    const { events, hidden } = await list({ limit: 100, ...query });
    return { ids: events.map(({ id }) => id), hidden };
  };
  expect(await shown({})).toEqual({ ids: others, hidden: ignored.length });
  expect(await shown({ workspace: one.tenantId })).toEqual({ ids: others, hidden: ignored.length });
  expect(await shown({ cursor: others[0] })).toEqual({ ids: others.slice(1), hidden: ignored.length });
  expect(await shown({ status: "ignored" })).toEqual({ ids: ignored, hidden: 0 });
  expect(await shown({ type: "invoice.paid" })).toMatchObject({ hidden: 0 });
  await expect(listStripeEvents(one.userId, eventListQuerySchema.parse({ status: "all" }))).rejects.toThrow("staff only");
});

test("one that failed is shown with its error, and handled again from what Stripe has now", async () => {
  const [event] = (await list({ type: "customer.subscription.created" })).events;
  if (!event) throw new Error("there is no event");
  await owner().query("UPDATE stripe_event SET status = 'failed', error = 'It was away.', handled_at = NULL WHERE id = $1", [event.id]);
  // Other suites have failed events of their own.
  expect((await getBillingOverview(staffId)).failedEvents.filter(({ id }) => id === event.id)).toMatchObject([{ id: event.id, error: "It was away.", tenant: { slug: one.slug } }]);
  await owner().query("UPDATE billing_account SET status = 'none', plan_id = NULL WHERE tenant_id = $1", [one.tenantId]);
  expect(await getStripeEvent(staffId, event.id)).toMatchObject({ status: "failed", error: "It was away.", payload: { id: event.id, type: event.type } });
  await expect(replayStripeEvent({ ...by(), staffId: one.userId }, event.id)).rejects.toThrow("staff only");
  expect(await replayStripeEvent(by(), event.id)).toBe("handled");
  expect(await getStripeEvent(staffId, event.id)).toMatchObject({ status: "handled", error: null, attempts: 2 });
  expect((await owner().query("SELECT status, plan_id FROM billing_account WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([{ status: "active", plan_id: "pro" }]);
  expect(await audit("billing.event_replayed")).toEqual([{ actor_id: staffId, after: { event: event.id, type: event.type, status: "failed" } }]);
  await world.control("faults", { fail_calls: 12 });
  await expect(replayStripeEvent(by(), event.id)).rejects.toMatchObject({ code: "conflict" });
  await world.control("faults", { fail_calls: 0 });
  // It was handled once, and stays so.
  expect(await getStripeEvent(staffId, event.id)).toMatchObject({ status: "handled" });
  await expect(replayStripeEvent(by(), "evt_nobody")).rejects.toMatchObject({ code: "not_found" });
  expect(await getStripeEvent(staffId, "evt_nobody")).toBeNull();
});

test("who has not paid is listed with what is owed and whose limits hold", async () => {
  const before = world.eventCount();
  const late = await makeCustomer(world);
  await DOINGS.buyStarter(world, late);
  await DOINGS.badCard(world, late);
  await world.control("travel", { customer: late.customerId, months: 1 });
  await DOINGS.finalizeDraft(world, late);
  for (const event of world.eventsSince(before)) await receiveEvent(readEvent(event));
  expect((await getBillingOverview(staffId)).pastDue.filter(({ tenant }) => tenant.id === late.tenantId)).toMatchObject([{ status: "past_due", planId: "starter", planInForce: "starter", owedCents: 4900 }]);
});
