/** The audit log's chain: everything recorded is sealed, and whoever owns the tables cannot change a row unseen. */
import pg from "pg";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { application, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb, withTenant } from "@/lib/platform/db";
import { recordAudit, sealAudit } from "@/lib/audit/service";
import { verifyAudit, type Fault } from "@/scripts/audit/chain";
import { until } from "@/e2e/fixtures/until";

afterAll(() => closeDb());

const record = (one: Workspace, action: string) =>
  withTenant(one.tenantId, (tx) => recordAudit(tx, { tenantId: one.tenantId, id: one.userId, userId: one.userId, ip: "203.0.113.9", requestId: "req_1" }, { action, targetType: "api_key", targetId: "key_ü", before: { n: 1.5, text: "a,\"b\" ✓" }, after: { b: 1, a: [null] } }));

async function countSeals(one: Workspace): Promise<number> {
  return (await owner().query<{ count: number }>("SELECT count(*) FROM audit_seal WHERE tenant_id = $1", [one.tenantId])).rows[0]?.count ?? 0;
}

/** Seals until the workspace's chain has this many links: another open transaction may hold the watermark back for a moment. */
async function seal(one: Workspace, links: number): Promise<void> {
  await until(async () => {
    await sealAudit();
    return countSeals(one);
  }, (count) => count === links);
}

async function verify(one: Workspace): Promise<Fault | null> {
  const client = await owner().connect();
  try {
    return (await verifyAudit(client)).faults.find((fault) => fault.tenantId === one.tenantId) ?? null;
  } finally {
    client.release();
  }
}

const idOf = async (one: Workspace, seq: number): Promise<string> =>
  (await owner().query<{ audit_id: string }>("SELECT audit_id FROM audit_seal WHERE tenant_id = $1 AND seq = $2", [one.tenantId, seq])).rows[0]?.audit_id ?? "";

let one: Workspace;
beforeEach(async () => {
  one = await makeWorkspace();
  for (const action of ["a.first", "a.second", "a.third", "a.fourth"]) await record(one, action);
  await seal(one, 4);
});

test("an untouched chain is sound, grows behind the log, and sealing twice adds nothing", async () => {
  expect(await verify(one)).toBeNull();
  await sealAudit();
  expect(await countSeals(one)).toBe(4);
  await record(one, "a.fifth");
  expect(await verify(one)).toBeNull();
  await seal(one, 5);
  expect(await verify(one)).toBeNull();
});

test("an entry whose transaction commits late is sealed later, not missed, and several sealers seal once", async () => {
  const late = new pg.Client({ connectionString: process.env.STINT_TEST_DATABASE_MIGRATE_URL });
  await late.connect();
  try {
    await late.query("BEGIN");
    await late.query("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id) VALUES ($1, $2, 'user', 'usr_1', 'late', 'x', 'x')", [newId("aud"), one.tenantId]);
    await record(one, "a.early");
    await Promise.all([sealAudit(), sealAudit(), sealAudit()]);
    expect(await countSeals(one)).toBe(4);
    await late.query("COMMIT");
  } finally {
    await late.end();
  }
  await until(async () => {
    await Promise.all([sealAudit(), sealAudit(), sealAudit()]);
    return countSeals(one);
  }, (count) => count === 6);
  expect(await verify(one)).toBeNull();
});

describe("somebody who owns the tables", () => {
  test.each(["action = 'x'", "actor_id = 'usr_other'", "after = '{\"a\": 2}'", "before = NULL", "ip = NULL", "created_at = created_at + interval '1 ms'", "request_id = ''"])("changes %s", async (change) => {
    const id = await idOf(one, 2);
    await owner().query(`UPDATE audit_log SET ${change} WHERE id = $1`, [id]);
    expect(await verify(one)).toEqual({ tenantId: one.tenantId, kind: "changed", auditId: id, seq: 2 });
  });

  test("removes an entry", async () => {
    const id = await idOf(one, 3);
    await owner().query("DELETE FROM audit_log WHERE id = $1", [id]);
    expect(await verify(one)).toEqual({ tenantId: one.tenantId, kind: "removed", auditId: id, seq: 3 });
  });

  test("removes an entry with its seal", async () => {
    const id = await idOf(one, 3);
    await owner().query("DELETE FROM audit_log WHERE id = $1", [id]);
    await owner().query("DELETE FROM audit_seal WHERE audit_id = $1", [id]);
    expect(await verify(one)).toMatchObject({ kind: "chain broken", seq: 3 });
  });

  test("cuts the log's tail, with its seals too", async () => {
    const id = await idOf(one, 4);
    await owner().query("DELETE FROM audit_log WHERE id = $1", [id]);
    expect(await verify(one)).toMatchObject({ kind: "removed", auditId: id });
    await owner().query("DELETE FROM audit_seal WHERE audit_id = $1", [id]);
    expect(await verify(one)).toEqual({ tenantId: one.tenantId, kind: "chain cut", auditId: null, seq: 4 });
  });

  test("inserts an entry between, as an old one and as one that is sealed afterwards", async () => {
    const [second] = [await idOf(one, 2)];
    const between = `${second.slice(0, -1)}!`;
    await owner().query(
      `INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id, created_at, xid)
       SELECT $1, tenant_id, 'user', 'usr_1', 'forged', 'x', 'x', created_at, xid FROM audit_log WHERE id = $2`, [between, second]);
    expect(await verify(one)).toEqual({ tenantId: one.tenantId, kind: "inserted", auditId: between, seq: 5 });

    const other = await makeWorkspace();
    await record(other, "a.first");
    await owner().query("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id, created_at) VALUES ($1, $2, 'user', 'usr_1', 'forged', 'x', 'x', now() - interval '1 day')", [newId("aud"), other.tenantId]);
    await seal(other, 2);
    expect(await verify(other)).toMatchObject({ kind: "inserted", seq: 2 });
  });
});

test.each(["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log", "INSERT INTO audit_seal (tenant_id, seq, audit_id, previous_hash, hash) VALUES ('x', 9, 'x', '', '')", "UPDATE audit_seal SET hash = ''", "DELETE FROM audit_seal", "UPDATE audit_chain SET seals = 0", "DELETE FROM audit_chain"])(
  "the application's role may not: %s", async (statement) => {
    await expect(application().query(statement)).rejects.toThrow(/permission denied/);
  },
);
