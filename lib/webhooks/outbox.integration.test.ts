/** What happens writes its event in its own transaction, once, and only where somebody wants it. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { pauseTenant } from "@/lib/caps/pausing";
import { warnOfExpiry } from "@/lib/keys/expiry";
import { cancelRun } from "@/lib/runs/service";
import { createEndpointSchema } from "@/lib/webhooks/schema";
import { fanOutRows } from "@/lib/webhooks/sending/repo";
import { createEndpoint, purgeWebhooks, updateEndpoint } from "@/lib/webhooks/service";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  await endLeftoverRuns();
  one = await makeWorkspace();
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
const want = async (...types: string[]): Promise<string> => (await createEndpoint(actorOf(one), createEndpointSchema.parse({ url: "https://example.com/hooks", event_types: types }))).id;
type Event = { id: string; type: string; payload: { id: string; type: string; created_at: string; tenant_id: string; data: Record<string, unknown> } };
const eventsOf = async (of: Workspace = one) => (await owner().query<Event>("SELECT id, type, payload FROM webhook_event WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows;
const endRun = (id: string, status: string, error: string | null = null) => owner().query("SELECT end_run($1, $2, $3, 'the output', $4, 'it failed')", [one.tenantId, id, status, error]);
async function fanOut(): Promise<void> {
  while ((await fanOutRows(100)) > 0);
}
const deliveriesOf = async () => (await owner().query<{ endpoint_id: string; type: string }>("SELECT d.endpoint_id, e.type FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id WHERE d.tenant_id = $1 ORDER BY d.id", [one.tenantId])).rows;

describe("runs", () => {
  test.each([["succeeded", "run.succeeded"], ["failed", "run.failed"], ["timed_out", "run.failed"], ["stopped", "run.stopped"], ["canceled", "run.canceled"]])("one that is %s tells of %s, with its facts and without its contents", async (status, type) => {
    await want("*");
    const [id = ""] = await queueRuns(one, 1, { input: "the secret input" });
    await owner().query("UPDATE run SET metadata = '{\"order\":\"42\"}', executed_ms = 1204 WHERE id = $1", [id]);
    await endRun(id, status, "model_error");
    const [event, ...rest] = await eventsOf();
    expect(rest).toEqual([]);
    expect(event?.type).toBe(type);
    expect(event?.id).toMatch(/^evt_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(event?.payload).toMatchObject({
      id: event?.id, type, tenant_id: one.tenantId, created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { id, object: "run", agent: one.agentSlug, agent_id: one.agentId, status, error: { code: "model_error", message: "it failed" }, metadata: { order: "42" }, usage: { agent_ms: 1204 } },
    });
    expect(JSON.stringify(event?.payload)).not.toMatch(/secret input|the output/);
  });

  test("tell when they end, not before, and once", async () => {
    await want("*");
    const [id = ""] = await queueRuns(one, 1);
    await owner().query("UPDATE run SET status = 'running', started_at = now() WHERE id = $1", [id]);
    await owner().query("UPDATE run SET status = 'queued' WHERE id = $1", [id]);
    expect(await eventsOf()).toEqual([]);
    await endRun(id, "succeeded");
    await owner().query("UPDATE run SET status = 'succeeded', input = '' WHERE id = $1", [id]);
    expect(await eventsOf()).toHaveLength(1);
  });

  test("that are canceled through the service tell, too", async () => {
    await want("run.canceled");
    const [id = ""] = await queueRuns(one, 1);
    await cancelRun(actorOf(one), id);
    expect((await eventsOf()).map(({ type }) => type)).toEqual(["run.canceled"]);
  });

  test("are written about in the same transaction: what is rolled back was not told", async () => {
    await want("*");
    const [id = ""] = await queueRuns(one, 1);
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT end_run($1, $2, 'succeeded', NULL, NULL, NULL)", [one.tenantId, id]);
      expect((await client.query("SELECT 1 FROM webhook_event WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(1);
      await client.query("ROLLBACK");
    } finally {
      client.release();
    }
    expect(await eventsOf()).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["there is no endpoint", async () => undefined],
    ["no endpoint wants the type", () => want("run.failed", "tenant.paused")],
    ["the endpoint is disabled", async () => updateEndpoint(actorOf(one), await want("*"), { enabled: false })],
    ["only another workspace has one", async () => createEndpoint(actorOf(await makeWorkspace()), createEndpointSchema.parse({ url: "https://example.com" }))],
  ])("write nothing when %s", async (_when, arrange) => {
    await arrange();
    const [id = ""] = await queueRuns(one, 1);
    await endRun(id, "succeeded");
    expect(await eventsOf()).toEqual([]);
  });

  test("with as much metadata and error as a run can have stay below 64 KB", async () => {
    await want("*");
    const [id = ""] = await queueRuns(one, 1);
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`${String(at).padStart(2, "0")}${"漢".repeat(38)}`, "漢".repeat(500)]));
    await owner().query("UPDATE run SET metadata = $2 WHERE id = $1", [id, JSON.stringify(metadata)]);
    await owner().query("SELECT end_run($1, $2, 'failed', NULL, 'model_error', repeat('漢', 100000))", [one.tenantId, id]);
    const [event] = await eventsOf();
    expect(event?.payload.data.metadata).toEqual(metadata);
    expect(Buffer.byteLength(JSON.stringify(event?.payload))).toBeLessThan(65_536);
  });
});

describe("the rest", () => {
  test("thresholds and unusual hours", async () => {
    await want("usage.threshold", "usage.anomaly");
    for (const [kind, meter] of [["threshold", "agent_ms"], ["anomaly", "cost_micros"]]) {
      await owner().query("INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap) VALUES ($1, $2, $3, $4, '2026-11-01Z', 80, 80, 100, 100)", [newId("alr"), one.tenantId, kind, meter]);
    }
    expect((await eventsOf()).map(({ type, payload }) => [type, payload.data.meter, payload.data.percent, payload.data.period_start])).toEqual([
      ["usage.threshold", "agent_ms", 80, "2026-11-01T00:00:00.000Z"], ["usage.anomaly", "cost_micros", 80, "2026-11-01T00:00:00.000Z"]]);
  });

  test("a pause, by whomever, once", async () => {
    await want("tenant.paused");
    await pauseTenant(actorOf(one));
    await pauseTenant(actorOf(one));
    expect((await eventsOf()).map(({ type, payload }) => [type, payload.data.id, payload.data.reason])).toEqual([["tenant.paused", one.tenantId, "owner"]]);
    await owner().query("UPDATE tenant SET paused_at = NULL, pause_reason = NULL WHERE id = $1", [one.tenantId]);
    expect(await eventsOf()).toHaveLength(1);
  });

  test("a key that ends soon, without its hash", async () => {
    await want("key.expiring");
    await owner().query("UPDATE api_key SET expires_at = now() + interval '1 day' WHERE id = $1", [one.keyId]);
    await warnOfExpiry();
    const events = await eventsOf();
    expect(events.map(({ type, payload }) => [type, payload.data.id, Object.keys(payload.data)])).toEqual([["key.expiring", one.keyId, ["id", "object", "name", "prefix", "expires_at"]]]);
  });
});

describe("the outbox", () => {
  test("gives each endpoint what it wants, once, however many empty it at the same time", async () => {
    const [all, failed] = [await want("*"), await want("run.failed")];
    const runs = await queueRuns(one, 3);
    for (const [at, id] of runs.entries()) await endRun(id, at === 0 ? "failed" : "succeeded", null);
    await Promise.all([fanOut(), fanOut(), fanOut()]);
    await fanOut();
    const deliveries = await deliveriesOf();
    expect(deliveries.filter(({ endpoint_id }) => endpoint_id === all).map(({ type }) => type).sort()).toEqual(["run.failed", "run.succeeded", "run.succeeded"]);
    expect(deliveries.filter(({ endpoint_id }) => endpoint_id === failed).map(({ type }) => type)).toEqual(["run.failed"]);
  });

  test("keeps events for 30 days, longer while one is under way", async () => {
    await want("*");
    const runs = await queueRuns(one, 3);
    for (const id of runs) await endRun(id, "succeeded");
    await fanOut();
    const [old, waiting, fresh] = (await eventsOf()).map(({ id }) => id);
    await owner().query("UPDATE webhook_event SET created_at = now() - interval '30 days 1 minute' WHERE id = ANY ($1)", [[old, waiting]]);
    await owner().query("UPDATE webhook_delivery SET status = 'succeeded', next_attempt_at = NULL, finished_at = now() WHERE event_id = ANY ($1)", [[old, fresh]]);
    await purgeWebhooks();
    expect((await eventsOf()).map(({ id }) => id)).toEqual([waiting, fresh]);
    expect(await deliveriesOf()).toHaveLength(2);
  });

  test("is asked for by an index that holds enabled endpoints alone", async () => {
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      await client.query("SET LOCAL enable_seqscan = off");
      const { rows } = await client.query<{ "QUERY PLAN": string }>("EXPLAIN SELECT 1 FROM webhook_endpoint w WHERE w.tenant_id = 'ten_1' AND w.enabled AND w.event_types && ARRAY['*', 'run.failed']");
      expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("webhook_endpoint_enabled");
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });
});
