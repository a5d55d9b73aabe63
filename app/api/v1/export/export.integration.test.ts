/** An export holds every table of a workspace, every row of each, and nothing that is secret. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import * as route from "@/app/api/v1/export/route";
import { fillEveryTable, listTenantTables } from "@/e2e/fixtures/every-table";
import { unzip } from "@/e2e/fixtures/unzip";
import { makeSession, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { sealSession, sessionCookie } from "@/lib/http/session";
import { closeDb } from "@/lib/platform/db";
import { EXPORT_KINDS, NOT_EXPORTED } from "@/lib/tenants/export/kinds";

afterAll(closeDb);

let one: Workspace;
beforeEach(async () => {
  one = await makeWorkspace();
});

async function ask(userId: string, slug: string): Promise<Response> {
  const cookie = `${sessionCookie().name}=${await sealSession(await makeSession(userId))}`;
  return route.GET(new Request(`http://localhost/api/v1/export?tenant=${slug}`, { headers: { cookie, "x-forwarded-for": "203.0.113.7" } }), { params: Promise.resolve({}) });
}

type Row = Record<string, unknown>;
async function download(of: Workspace): Promise<Map<string, Row[]>> {
  const files = unzip(Buffer.from(await (await ask(of.userId, of.slug)).arrayBuffer()));
  return new Map([...files].map(([name, text]) => [name, name.endsWith(".jsonl") ? text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Row) : [JSON.parse(text) as Row]]));
}

const fill = (of: Workspace, sql: string, count: number, ...values: unknown[]) => owner().query(`${sql} FROM generate_series(1, ${count}) n`, [of.tenantId, ...values]);

describe("what an export holds", () => {
  test("every table of a tenant is exported, or left out for a reason", async () => {
    const exported = EXPORT_KINDS.flatMap(({ tables }) => tables);
    expect([...exported, ...Object.keys(NOT_EXPORTED)].toSorted()).toEqual([...(await listTenantTables()), "tenant"].toSorted());
  });

  /** Columns that do not leave: hashes of secrets, what the platform's own work needs, and which member of staff it was. */
  const LEFT_OUT: Record<string, string[]> = {
    api_key: ["hash", "previous_hash", "expiry_warned_at"], tool: ["secret_headers"], model_key: ["secret"], invitation: ["token_hash"], ledger: ["xid", "adjusted_by"], tenant_override: ["set_by"], audit_log: ["xid"], audit_seal: ["audit_id"], tenant_slug: ["slug", "retired_at"],
    run: ["fence", "worker_id", "lease_ms", "lease_micros", "lease_period_start", "lease_expires_at", "spend_period_start", "event_seq", "event_batch", "lost_workers"],
    webhook_endpoint: ["secret", "previous_secret"], webhook_delivery: ["tries", "claimed_until", "fence"], schedule: ["claimed_until"],
    billing_account: ["sync_seq", "synced_at", "schedule_id"], billing_invoice: ["sync_seq"], billing_flag: ["sync_seq", "seen_at", "seen_by"], meter_report: ["customer_id", "attempts", "error", "next_attempt_at", "noted_at"], billing_credit: ["transaction_id", "attempts", "error", "next_attempt_at"], contract: ["set_by", "applied_at", "ended_by", "problem", "told_at", "tried_at"],
  };
  const RENAMED: Record<string, string> = { "tenant.plan_id": "plan", "audit_seal.seq": "seal_seq", "audit_seal.previous_hash": "seal_previous_hash", "audit_seal.hash": "seal_hash" };

  test("every column leaves, or is known not to", async () => {
    await fillEveryTable(one);
    const files = await download(one);
    for (const { name, tables } of EXPORT_KINDS) {
      const [row] = files.get(`${name}.jsonl`) ?? [];
      for (const table of tables) {
        const { rows } = await owner().query<{ column: string }>("SELECT attname AS column FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped", [table]);
        const wanted = rows.map(({ column }) => column).filter((column) => column !== "tenant_id" && !LEFT_OUT[table]?.includes(column)).map((column) => RENAMED[`${table}.${column}`] ?? column);
        expect(Object.keys(row ?? {}), table).toEqual(expect.arrayContaining(wanted));
      }
    }
    expect(files.get("members.jsonl")).toMatchObject([{ user_id: one.userId, name: "Test Owner", email: one.email, role: "owner" }]);
    expect(files.get("workspace.jsonl")).toMatchObject([{ id: one.tenantId, slug: one.slug, earlier_slugs: [`old-${one.slug}`] }]);
  });

  test("every row, once, however many pages it takes; times as ISO, numbers as numbers", async () => {
    const runs = await queueRuns(one, 65);
    await fill(one, "INSERT INTO run_event (tenant_id, run_id, seq, type, data) SELECT $1, $2, n, 'output.delta', jsonb_build_object('text', n)", 1_203, runs[3]);
    await fill(one, "INSERT INTO run_event (tenant_id, run_id, seq, type, data) SELECT $1, $2, n, 'output.delta', '{}'", 3, runs[60]);
    await fill(one, "INSERT INTO step (tenant_id, run_id, seq, kind, name, output, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms) SELECT $1, $2, n, 'model', 'm', 'x', 1, 1, 0, 0, 1", 120, runs[5]);
    // Many at one instant, and older ones under newer ids.
    await fill(one, "INSERT INTO ledger (tenant_id, period_start, meter, quantity, occurred_at) SELECT $1, now(), 'agent_ms', n, now() - make_interval(hours => n / 900)", 2_500);
    await fill(one, "INSERT INTO usage_hourly (tenant_id, hour, meter, agent_id, quantity) SELECT $1, '2026-01-01T00:00:00Z'::timestamptz + make_interval(hours => n / 3), 'agent_ms', n::text, n", 2_100);
    const files = await download(one);
    const at = (name: string): Row[] => files.get(`${name}.jsonl`) ?? [];
    const count = (name: string, key: (row: Row) => unknown): [number, number] => [at(name).length, new Set(at(name).map(key)).size];
    expect(count("runs", (row) => row.id)).toEqual([65, 65]);
    expect(count("run_events", (row) => `${String(row.run_id)} ${String(row.seq)}`)).toEqual([1_206, 1_206]);
    expect(count("steps", (row) => row.seq)).toEqual([120, 120]);
    expect(count("ledger", (row) => row.id)).toEqual([2_500, 2_500]);
    expect(count("usage_hourly", (row) => row.agent_id)).toEqual([2_100, 2_100]);
    expect(at("runs")[0]).toMatchObject({ input: "One sentence stands here. Another one follows it.", max_ms: 600_000, metadata: {}, created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) });
    expect(at("ledger")[0]).toMatchObject({ quantity: expect.any(Number), id: expect.any(Number) });
    const [manifest] = files.get("manifest.json") ?? [];
    expect(manifest).toMatchObject({ format: "stint-export", format_version: 1, workspace: { id: one.tenantId, slug: one.slug }, requested_by: one.userId, left_out: NOT_EXPORTED });
    expect(manifest?.files).toEqual([...files.keys()].filter((name) => name !== "manifest.json").map((name) => ({ name, rows: files.get(name)?.length })));
  });
});

test("it is recorded, and not counted as a call", async () => {
  const before = await owner().query("SELECT calls FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  const files = await download(one);
  expect(files.get("audit_log.jsonl")).toMatchObject([{ action: "tenant.exported", actor_id: one.userId, ip: "203.0.113.7", seal_hash: null }]);
  const after = await owner().query<{ calls: number }>("SELECT calls FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  expect([before.rows, after.rows]).toEqual([[], [{ calls: 0 }]]);
});

test("it is limited, and says when it works again", async () => {
  for (let count = 0; count < 10; count++) expect((await ask(one.userId, one.slug)).status).toBe(200);
  const refused = await ask(one.userId, one.slug);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const other = await makeWorkspace();
  expect((await ask(other.userId, other.slug)).status).toBe(200);
});

test.each(["admin", "developer", "billing", "viewer"])("a member who is %s may not", async (role) => {
  const id = newId("usr");
  await owner().query("INSERT INTO user_account (id, email, name) VALUES ($1, $1 || '@test.example', 'Ada')", [id]);
  await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3)", [one.tenantId, id, role]);
  expect((await ask(id, one.slug)).status).toBe(403);
  expect((await owner().query("SELECT 1 FROM audit_log WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(0);
});
