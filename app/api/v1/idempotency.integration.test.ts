import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { POST as createKey } from "@/app/api/v1/keys/route";
import { POST as createRun } from "@/app/api/v1/runs/route";
import { endLeftoverRuns, makeKey, makeWorkspace, owner, readRun, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { ABANDONED_MS, REPLAY_MS } from "@/lib/http/idempotency";
import { purgeIdempotencyKeys } from "@/lib/http/housekeeping";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow } from "@/lib/runs/repo";

let one: Workspace;
let counter = 0;
let key = "";

beforeAll(async () => void (one = await makeWorkspace()));
beforeEach(async () => {
  key = `key-${counter++}`;
  await endLeftoverRuns();
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

type Body = { id: string; secret: string | null; secret_note?: string; error: { code: string } };

async function post(handler: typeof createRun, body: unknown, headers: Record<string, string> = { "idempotency-key": key }, secret = one.secret): Promise<{ status: number; headers: Headers; body: Body }> {
  const request = new Request("http://localhost/api/v1/x", { method: "POST", headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  const response = await handler(request, { params: Promise.resolve({}) });
  return { status: response.status, headers: response.headers, body: await response.json() as Body };
}

const run = (input = "A text.") => ({ agent: one.agentSlug, input });
const countRuns = async () => (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE tenant_id = $1", [one.tenantId])).rows[0]?.n ?? 0;
const age = (ms: number) => owner().query("UPDATE idempotency_key SET created_at = now() - make_interval(secs => $2) WHERE tenant_id = $1", [one.tenantId, ms / 1000]);

describe("the same request under the same key", () => {
  test("is done once and answered the same", async () => {
    const before = await countRuns();
    const first = await post(createRun, run());
    const second = await post(createRun, run());
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([first.headers.get("idempotent-replayed"), second.headers.get("idempotent-replayed")]).toEqual([null, "true"]);
    expect(await countRuns()).toBe(before + 1);
  });

  test("ten times at once: one does it, the others are told that it is under way or get its answer", async () => {
    const before = await countRuns();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(createRun, run())));
    expect(await countRuns()).toBe(before + 1);
    for (const answer of answers) expect(answer.status === 201 || answer.body.error.code === "idempotency_in_progress").toBe(true);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
  });

  test("while the first still runs is 409 with Retry-After, and afterwards the answer", async () => {
    const first = post(createRun, { ...run(), wait: true });
    const { rows } = await until(() => owner().query<{ id: string }>("SELECT id FROM run WHERE tenant_id = $1 AND status = 'queued'", [one.tenantId]), (found) => found.rows.length === 1);
    const id = rows[0]?.id ?? "";
    const second = await post(createRun, { ...run(), wait: true });
    expect(second.status).toBe(409);
    expect(second.body.error.code).toBe("idempotency_in_progress");
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    const done = await first;
    expect(done.body.id).toBe(id);
    expect((await readRun(id)).status).toBe("canceled");
    expect((await post(createRun, { ...run(), wait: true })).body).toEqual(done.body);
  });
});

describe("the key", () => {
  test("with another body is 422", async () => {
    await post(createRun, run());
    const other = await post(createRun, run("Another text."));
    expect([other.status, other.body.error.code]).toEqual([422, "idempotency_mismatch"]);
  });

  test("of another API key is another key", async () => {
    const second = await makeKey(one);
    const [first, other] = [await post(createRun, run()), await post(createRun, run(), { "idempotency-key": key }, second.secret)];
    expect(other.body.id).not.toBe(first.body.id);
  });

  test("of a request that failed may be used again", async () => {
    expect((await post(createRun, { agent: "no-such-agent", input: "x" })).status).toBe(404);
    expect((await post(createRun, run())).status).toBe(201);
  });

  test("of a request whose process died while it waited is answered with the run it had started, and never starts another", async () => {
    const before = await countRuns();
    // The request outlives its caller here, so its answer is taken away as if it had never been stored.
    const gone = new AbortController();
    const first = createRun(new Request("http://localhost/api/v1/x", {
      method: "POST", headers: { authorization: `Bearer ${one.secret}`, "content-type": "application/json", "idempotency-key": key }, body: JSON.stringify({ ...run(), wait: true }), signal: gone.signal,
    }), { params: Promise.resolve({}) });
    const { rows } = await until(() => owner().query<{ body: string }>("SELECT body FROM idempotency_key WHERE tenant_id = $1 AND key = $2 AND status IS NULL AND body IS NOT NULL", [one.tenantId, key]), (found) => found.rows.length === 1);
    const id = rows[0]?.body ?? "";
    expect(id).toMatch(/^run_/);
    gone.abort();
    await first;
    await owner().query("UPDATE idempotency_key SET status = NULL, body = $3 WHERE tenant_id = $1 AND key = $2", [one.tenantId, key, id]);
    // It may still be waited for.
    expect((await post(createRun, { ...run(), wait: true })).status).toBe(409);
    await age(ABANDONED_MS + 1_000);
    expect((await post(createRun, { ...run(), wait: true })).status).toBe(409);
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    const again = await post(createRun, { ...run(), wait: true });
    expect({ status: again.status, id: again.body.id, replayed: again.headers.get("idempotent-replayed") }).toEqual({ status: 201, id, replayed: "true" });
    expect((await post(createRun, { ...run(), wait: true })).body).toEqual(again.body);
    expect(await countRuns()).toBe(before + 1);
  });

  test("of a request that died is free again after a while, and not before", async () => {
    const first = await post(createRun, run());
    await owner().query("UPDATE idempotency_key SET status = NULL, body = NULL WHERE tenant_id = $1", [one.tenantId]);
    expect((await post(createRun, run())).status).toBe(409);
    await age(ABANDONED_MS + 1_000);
    expect((await post(createRun, run())).body.id).not.toBe(first.body.id);
  });

  test("is forgotten after a day, and the purge removes it", async () => {
    const first = await post(createRun, run());
    await age(REPLAY_MS + 1_000);
    expect((await post(createRun, run())).body.id).not.toBe(first.body.id);
    await age(REPLAY_MS + 1_000);
    expect(await purgeIdempotencyKeys()).toBeGreaterThanOrEqual(1);
    expect((await owner().query("SELECT 1 FROM idempotency_key WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([]);
  });

  test("has 1 to 255 characters", async () => {
    expect((await post(createRun, run(), { "idempotency-key": "k".repeat(256) })).status).toBe(400);
    expect((await post(createRun, run(), { "idempotency-key": "k".repeat(255) })).status).toBe(201);
  });

  test("a call that is replayed is counted as a call", async () => {
    const calls = async () => (await owner().query<{ calls: number }>("SELECT calls FROM usage_counter WHERE tenant_id = $1", [one.tenantId])).rows[0]?.calls ?? 0;
    await post(createRun, run());
    const before = await calls();
    await post(createRun, run());
    expect(await calls()).toBe(before + 1);
  });
});

test("a key's secret is shown once and stored nowhere, also not for the replay", async () => {
  const first = await post(createKey, { name: "once" });
  const again = await post(createKey, { name: "once" });
  expect(first.body.secret).toMatch(/^stint_/);
  expect(again.body).toMatchObject({ id: first.body.id, secret: null });
  expect(again.body.secret_note).toContain("not stored");
  const tables = await owner().query<{ name: string }>("SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'");
  for (const { name } of tables.rows) {
    const { rows } = await owner().query(`SELECT 1 FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%'`, [first.body.secret]);
    expect(rows, name).toEqual([]);
  }
});
