/** Deliveries arrive at least once at a real receiver, signed; workers share them out, and one that hangs delays nobody. */
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitForMail } from "@/e2e/fixtures/mail";
import { startReceiver, type Answer, type Receiver } from "@/e2e/fixtures/receiver";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { replayDelivery, requireDelivery, sendTestEvent } from "@/lib/webhooks/deliveries/service";
import { mailWebhookDisabled } from "@/lib/webhooks/notice";
import { MOST_TRIES } from "@/lib/webhooks/policy";
import { createEndpointSchema, type CreatedEndpoint } from "@/lib/webhooks/schema";
import { recordAttempt } from "@/lib/webhooks/sending/record";
import { claimRows, type Claim } from "@/lib/webhooks/sending/repo";
import { createWebhookSender } from "@/lib/webhooks/sending/sender";
import { createEndpoint, listDisabledEndpoints, requireEndpoint, rotateEndpointSecret, updateEndpoint } from "@/lib/webhooks/service";

let one: Workspace;
const receivers: Receiver[] = [];
beforeEach(async () => {
  await endLeftoverRuns();
  await owner().query("DELETE FROM webhook_endpoint");
  await owner().query("DELETE FROM webhook_event");
  one = await makeWorkspace();
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(closeDb);

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
async function listen(...answers: [Answer, ...Answer[]]): Promise<Receiver> {
  const receiver = await startReceiver(...answers);
  receivers.push(receiver);
  return receiver;
}
const point = (url: string, of = one): Promise<CreatedEndpoint> => createEndpoint(actorOf(of), createEndpointSchema.parse({ url }));
const test1 = async (endpoint: { id: string }, of = one): Promise<string> => (await sendTestEvent(actorOf(of), endpoint.id)).id;
/** As if the wait before its next attempt were over. */
const due = (id: string) => owner().query("UPDATE webhook_delivery SET next_attempt_at = now() - interval '1 second', claimed_until = NULL WHERE id = $1 AND status = 'pending'", [id]);
const sender = (options: Parameters<typeof createWebhookSender>[0] = {}) => createWebhookSender({ timeoutMs: 2_000, ...options });
async function turn(with_ = sender()): Promise<void> {
  await with_.turn();
  await with_.idle();
}
const deliveryOf = (id: string, of = one) => requireDelivery(of.tenantId, id);
const verify = (secret: string | null, got: Receiver["received"][number] | undefined): unknown => new Webhook(secret ?? "").verify(got?.body ?? "", got?.headers as Record<string, string>);

describe("a delivery", () => {
  test("of a run that ended arrives after failures, under one id, signed for the official verifier", async () => {
    const receiver = await listen({ status: 503, body: "later" }, "break", { status: 200, body: "thanks" });
    const { secret } = await point(receiver.url);
    const [run = ""] = await queueRuns(one, 1);
    await owner().query("SELECT end_run($1, $2, 'succeeded', 'out', NULL, NULL)", [one.tenantId, run]);
    await turn();
    const id = (await owner().query<{ id: string }>("SELECT id FROM webhook_delivery WHERE tenant_id = $1", [one.tenantId])).rows[0]?.id ?? "";
    expect(await deliveryOf(id)).toMatchObject({ status: "pending", attempts: 1, last_status_code: 503, last_error: "bad_status" });
    await turn();
    expect(receiver.received).toHaveLength(1);
    for (let attempt = 2; attempt <= 3; attempt++) {
      await due(id);
      await turn();
    }
    const delivery = await deliveryOf(id);
    expect(delivery).toMatchObject({ status: "succeeded", attempts: 3, next_attempt_at: null, last_error: null });
    expect(delivery.log.map(({ seq, status_code, error, response }) => [seq, status_code, error, response])).toEqual([[3, 200, null, "thanks"], [2, null, "connection_failed", ""], [1, 503, "bad_status", "later"]]);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([delivery.event_id]));
    for (const got of receiver.received) expect(verify(secret, got)).toMatchObject({ id: delivery.event_id, type: "run.succeeded", data: { id: run, status: "succeeded" } });
    expect(receiver.received[0]?.headers).toMatchObject({ "content-type": "application/json" });
    await turn();
    expect(receiver.received).toHaveLength(3);
  });

  test.each<[string, Answer, number | null, string]>([
    ["a redirect is not followed", { status: 302, headers: { location: "http://127.77.0.1:1/" } }, 302, "redirected"],
    ["a 404 is tried again", { status: 404, body: "x".repeat(5_000) }, 404, "bad_status"],
    ["an answer that takes too long is none", "hang", null, "timeout"],
  ])("%s", async (_what, answer, status, error) => {
    const id = await test1(await point((await listen(answer)).url));
    await turn(sender({ timeoutMs: 300 }));
    const delivery = await deliveryOf(id);
    expect(delivery).toMatchObject({ status: "pending", attempts: 1, last_status_code: status, last_error: error });
    expect(delivery.log[0]?.response.length).toBe(status === 404 ? 2_048 : 0);
    expect(new Date(delivery.next_attempt_at ?? 0).getTime()).toBeGreaterThan(Date.now());
  });

  test("to a private address never leaves", async () => {
    const id = await test1(await point("https://10.1.2.3/hooks"));
    await turn();
    expect(await deliveryOf(id)).toMatchObject({ status: "pending", last_error: "forbidden_address" });
  });

  test("is given up after the last wait, and a replay begins anew under the same id", async () => {
    const receiver = await listen({ status: 500 });
    const id = await test1(await point(receiver.url));
    await owner().query("UPDATE webhook_delivery SET tries = $2, attempts = $2 WHERE id = $1", [id, MOST_TRIES - 1]);
    await turn();
    expect(await deliveryOf(id)).toMatchObject({ status: "failed", attempts: MOST_TRIES, next_attempt_at: null });
    await turn();
    expect(receiver.received).toHaveLength(1);
    receiver.answer({ status: 500 }, { status: 204 });
    expect(await replayDelivery(actorOf(one), id)).toMatchObject({ status: "pending" });
    await turn();
    expect(await deliveryOf(id)).toMatchObject({ status: "pending", attempts: MOST_TRIES + 1 });
    await replayDelivery(actorOf(one), id);
    await turn();
    expect(await deliveryOf(id)).toMatchObject({ status: "succeeded", attempts: MOST_TRIES + 2 });
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  test("is signed with both secrets after a rotation, and with the new one alone once the old one has ended", async () => {
    const receiver = await listen({ status: 200 });
    const endpoint = await point(receiver.url);
    const { secret: fresh } = await rotateEndpointSecret(actorOf(one), endpoint.id);
    await test1(endpoint);
    await turn();
    for (const secret of [endpoint.secret, fresh]) expect(verify(secret, receiver.received[0])).toMatchObject({ type: "webhook.test" });
    await owner().query("UPDATE webhook_endpoint SET previous_secret_expires_at = now() - interval '1 second' WHERE id = $1", [endpoint.id]);
    await test1(endpoint);
    await turn();
    expect(verify(fresh, receiver.received[1])).toMatchObject({ type: "webhook.test" });
    expect(() => verify(endpoint.secret, receiver.received[1])).toThrow("No matching signature");
  });
});

describe("claims", () => {
  const leases = async (ms: number): Promise<Claim[]> => claimRows(64, 32, ms);

  test("are shared out: two workers at once never have the same one", async () => {
    const receiver = await listen({ status: 200 });
    const endpoint = await point(receiver.url);
    for (let n = 0; n < 12; n++) await test1(endpoint);
    const [first, second] = [sender(), sender()];
    for (let n = 0; n < 8 && receiver.received.length < 12; n++) await Promise.all([turn(first), turn(second)]);
    expect(receiver.received).toHaveLength(12);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(12);
  });

  test("of a dead worker come back when their lease ends, and it writes nothing any more", async () => {
    const id = await test1(await point("https://example.com/hooks"));
    const [dead] = await leases(60_000);
    expect(dead?.delivery_id).toBe(id);
    expect(await leases(60_000)).toEqual([]);
    await owner().query("UPDATE webhook_delivery SET claimed_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' WHERE id = $1", [id]);
    const [alive] = await leases(60_000);
    if (!dead || !alive) throw new Error("nothing claimed");
    expect(alive).toMatchObject({ delivery_id: id, fence: dead.fence + 1 });
    const attempt = { statusCode: 500, error: "bad_status", response: "", durationMs: 1 };
    expect(await recordAttempt(dead, attempt)).toBe(false);
    expect(await deliveryOf(id)).toMatchObject({ attempts: 0 });
    expect(await recordAttempt(alive, { ...attempt, statusCode: 200, error: null })).toBe(true);
    expect(await recordAttempt(alive, attempt)).toBe(false);
    expect(await deliveryOf(id)).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  test("go to no more than four of one endpoint and eight of one workspace at a time, and one of an endpoint that fails", async () => {
    const endpoints = [await point("https://a.example.com/"), await point("https://b.example.com/"), await point("https://c.example.com/")];
    for (const endpoint of endpoints) for (let n = 0; n < 6; n++) await test1(endpoint);
    const count = (claims: Claim[]) => endpoints.map(({ id }) => claims.filter((claim) => claim.endpoint_id === id).length);
    const claims = await leases(60_000);
    expect(claims).toHaveLength(8);
    expect(Math.max(...count(claims))).toBeLessThanOrEqual(4);
    expect(await leases(60_000)).toEqual([]);
    await owner().query("UPDATE webhook_delivery SET claimed_until = NULL, next_attempt_at = now() WHERE tenant_id = $1", [one.tenantId]);
    await owner().query("UPDATE webhook_endpoint SET failing_since = now() WHERE id = $1", [endpoints[0]?.id]);
    expect(count(await leases(60_000))[0]).toBeLessThanOrEqual(1);
  });

  test("of receivers that hang delay nobody else", async () => {
    const [hanging, quick] = [await listen("hang"), await listen({ status: 200 })];
    for (let n = 0; n < 3; n++) {
      const endpoint = await point(hanging.url);
      for (let m = 0; m < 10; m++) await test1(endpoint);
    }
    const other = await makeWorkspace();
    const worker = sender({ slots: 16, timeoutMs: 10_000 });
    await worker.turn();
    const id = await test1(await point(quick.url, other), other);
    const began = performance.now();
    await worker.turn();
    await expect.poll(async () => (await deliveryOf(id, other)).status, { timeout: 5_000 }).toBe("succeeded");
    expect(performance.now() - began).toBeLessThan(5_000);
    await worker.stop(0);
    // What was broken off has not been tried, and goes at once.
    expect((await owner().query("SELECT 1 FROM webhook_delivery WHERE tenant_id = $1 AND (attempts > 0 OR claimed_until IS NOT NULL OR next_attempt_at > now())", [one.tenantId])).rowCount).toBe(0);
  });
});

describe("an endpoint that fails", () => {
  const auditOf = async () => (await owner().query<Record<string, unknown>>("SELECT actor_type, action, after FROM audit_log WHERE tenant_id = $1 AND action = 'webhook_endpoint.disabled'", [one.tenantId])).rows;

  test("for three days is disabled: noted, told by mail and on the pages; what waits for it is canceled", async () => {
    const receiver = await listen({ status: 500 });
    const endpoint = await point(receiver.url);
    const [first, second] = [await test1(endpoint), await test1(endpoint)];
    await owner().query("UPDATE webhook_endpoint SET failing_since = now() - interval '3 days', last_attempt_at = now() - interval '1 hour' WHERE id = $1", [endpoint.id]);
    await turn();
    expect(await requireEndpoint(one.tenantId, endpoint.id)).toMatchObject({ enabled: false, disabled_reason: "failing" });
    expect((await listDisabledEndpoints(one.tenantId)).map(({ id }) => id)).toEqual([endpoint.id]);
    expect(await auditOf()).toEqual([{ actor_type: "platform", action: "webhook_endpoint.disabled", after: { reason: "failing" } }]);
    const jobs = await owner().query<{ data: { tenantId: string; endpointId: string; userId: string } }>("SELECT data FROM pgboss.job WHERE name = 'mail.webhook_disabled' AND data ->> 'tenantId' = $1", [one.tenantId]);
    expect(jobs.rows).toEqual([{ data: { tenantId: one.tenantId, endpointId: endpoint.id, userId: one.userId } }]);
    if (jobs.rows[0]) await mailWebhookDisabled(jobs.rows[0].data, "job-1");
    const mail = await waitForMail(one.email, /was disabled$/);
    expect(mail.text).toContain("three days");
    expect(mail.text).not.toContain("/hooks");
    await turn();
    expect(receiver.received).toHaveLength(1);
    expect([first, second].length && (await Promise.all([deliveryOf(first), deliveryOf(second)])).map(({ status }) => status)).toEqual(["canceled", "canceled"]);
    await expect(replayDelivery(actorOf(one), first)).rejects.toMatchObject({ code: "conflict" });
    receiver.answer({ status: 200 });
    await updateEndpoint(actorOf(one), endpoint.id, { enabled: true });
    await replayDelivery(actorOf(one), first);
    await turn();
    expect(await deliveryOf(first)).toMatchObject({ status: "succeeded" });
    expect(await listDisabledEndpoints(one.tenantId)).toEqual([]);
  });

  test.each([["less than three days", "interval '2 days 23 hours'", "interval '1 hour'"], ["long ago, with nothing sent since", "interval '30 days'", "interval '29 days'"]])("since %s goes on", async (_when, since, last) => {
    const endpoint = await point((await listen({ status: 500 })).url);
    await test1(endpoint);
    await owner().query(`UPDATE webhook_endpoint SET failing_since = now() - ${since}, last_attempt_at = now() - ${last} WHERE id = $1`, [endpoint.id]);
    await turn();
    expect(await requireEndpoint(one.tenantId, endpoint.id)).toMatchObject({ enabled: true, failing_since: expect.any(String) });
    expect(await auditOf()).toEqual([]);
  });

  test("and then takes one has a clean record", async () => {
    const receiver = await listen({ status: 500 }, { status: 200 });
    const endpoint = await point(receiver.url);
    const id = await test1(endpoint);
    await turn();
    expect(await requireEndpoint(one.tenantId, endpoint.id)).toMatchObject({ failing_since: expect.any(String), last_success_at: null });
    await due(id);
    await turn();
    expect(await requireEndpoint(one.tenantId, endpoint.id)).toMatchObject({ failing_since: null, last_success_at: expect.any(String) });
  });

  test("with 410 is disabled at once and not tried again", async () => {
    const receiver = await listen({ status: 410 });
    const endpoint = await point(receiver.url);
    const id = await test1(endpoint);
    await turn();
    expect(await requireEndpoint(one.tenantId, endpoint.id)).toMatchObject({ enabled: false, disabled_reason: "gone" });
    expect(await deliveryOf(id)).toMatchObject({ status: "failed", last_status_code: 410 });
    expect(await auditOf()).toHaveLength(1);
  });
});
