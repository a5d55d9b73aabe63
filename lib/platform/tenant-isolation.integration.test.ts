/** The last wall: what the application's own database role can see and do without, and with, a tenant. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { application, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb, db, withTenant } from "@/lib/platform/db";
import { recordAudit } from "@/lib/audit/service";

/** Every function that runs as the role that sees all tenants. One more is one more way around the wall: add it on purpose. */
const DEFINERS = [
  "admit", "append_event", "append_run_events", "cancel_run", "claim_run", "end_run", "finish_run", "lock_counter", "lock_held_run", "project_usage",
  "purge_idempotency_keys", "reap_expired_leases", "release_run", "renew_lease", "reserve_spend", "run_events_after", "run_signals", "settle_spend",
  "settle_time", "slug_is_free", "staff_list_tenants", "store_step", "tenants_of_user",
];
/** Of these the application may call none. */
const INTERNAL = ["append_event", "end_run", "lock_counter", "lock_held_run", "settle_spend", "settle_time"];

let a: Workspace;
let b: Workspace;
let tables: string[] = [];

beforeAll(async () => {
  a = await makeWorkspace();
  b = await makeWorkspace();
  for (const one of [a, b]) await fill(one);
  const { rows } = await owner().query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`,
  );
  tables = rows.map(({ name }) => name);
});
afterAll(() => closeDb());

/** One row at least in every table that belongs to a tenant. */
async function fill(one: Workspace): Promise<void> {
  const [runId] = await queueRuns(one, 1);
  const { tenantId } = one;
  await owner().query("SELECT * FROM admit(ARRAY[$1], ARRAY[NULL], ARRAY[NULL::int], ARRAY[NULL], ARRAY[1])", [one.keyHash]);
  await owner().query("INSERT INTO step (tenant_id, run_id, seq, kind, name, output, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms) VALUES ($1, $2, 1, 'model', 'm', 'x', 1, 1, 0, 0, 1)", [tenantId, runId]);
  await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, 1, 'run.started', '{}')", [tenantId, runId]);
  await owner().query("INSERT INTO usage_hourly (tenant_id, hour, meter, quantity) VALUES ($1, date_trunc('hour', now()), 'agent_ms', 1)", [tenantId]);
  await owner().query("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id) VALUES ($1, $2, 'user', 'usr_1', 'x', 'x', 'x')", [newId("aud"), tenantId]);
  await owner().query("INSERT INTO idempotency_key (tenant_id, principal_id, key, request_hash) VALUES ($1, 'key_1', 'k', '\\x00')", [tenantId]);
  await owner().query("UPDATE run SET status = 'canceled' WHERE id = $1", [runId]);
}

async function countVisible(client: pg.ClientBase, table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*) FROM ${pg.escapeIdentifier(table)}`);
  return rows[0]?.count ?? 0;
}

async function expectNothingVisible(client: pg.ClientBase): Promise<void> {
  for (const table of [...tables, "tenant"]) expect(await countVisible(client, table), table).toBe(0);
}

describe("without a tenant the application's role sees no row of any", () => {
  test("there is something to see in every table", async () => {
    expect(tables).toEqual(["agent", "api_key", "audit_log", "idempotency_key", "ledger", "member", "run", "run_event", "step", "usage_counter", "usage_hourly"]);
    for (const table of tables) {
      const { rows } = await owner().query<{ count: number }>(`SELECT count(*) FROM ${pg.escapeIdentifier(table)} WHERE tenant_id = ANY ($1)`, [[a.tenantId, b.tenantId]]);
      expect(rows[0]?.count ?? 0, table).toBeGreaterThanOrEqual(2);
    }
  });

  test("on a fresh connection, and on one whose tenant's transaction has committed or was rolled back", async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    try {
      await expectNothingVisible(client);
      for (const end of ["COMMIT", "ROLLBACK"]) {
        await client.query("BEGIN");
        await client.query("SELECT set_config('stint.tenant_id', $1, true)", [a.tenantId]);
        expect(await countVisible(client, "agent")).toBe(1);
        await client.query(end);
        await expectNothingVisible(client);
      }
    } finally {
      await client.end();
    }
  });

  test("through the application's own pool, after withTenant committed and after it failed", async () => {
    expect(await withTenant(a.tenantId, (tx) => tx.agent.count())).toBe(1);
    await expect(withTenant(a.tenantId, async (tx) => {
      expect(await tx.run.count()).toBe(1);
      throw new Error("changed my mind");
    })).rejects.toThrow("changed my mind");
    // More at once than the pool holds: every connection of it is asked.
    const counts = await Promise.all(Array.from({ length: 30 }, () => Promise.all([db().agent.count(), db().run.count(), db().tenant.count(), db().apiKey.count(), db().member.count()])));
    expect(counts.flat().every((count) => count === 0)).toBe(true);
  });

  test("an empty or unknown tenant is none", async () => {
    for (const nobody of ["", "ten_nobody", "' OR '1'='1", "%"]) expect(await withTenant(nobody, (tx) => tx.agent.count())).toBe(0);
  });
});

describe("with a tenant there is only that tenant", () => {
  test.each(["a", "b"])("%s sees its own rows in every table and none of the other", async (which) => {
    const [mine, other] = which === "a" ? [a, b] : [b, a];
    const client = await application().connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT set_config('stint.tenant_id', $1, true)", [mine.tenantId]);
      for (const table of tables) {
        const { rows } = await client.query<{ tenant_id: string }>(`SELECT DISTINCT tenant_id FROM ${pg.escapeIdentifier(table)}`);
        expect(rows, table).toEqual([{ tenant_id: mine.tenantId }]);
      }
      expect((await client.query("SELECT id FROM tenant")).rows).toEqual([{ id: mine.tenantId }]);
      expect((await client.query("SELECT * FROM effective_limit")).rows).toHaveLength(1);
      expect((await client.query("UPDATE agent SET name = 'stolen' WHERE tenant_id = $1", [other.tenantId])).rowCount).toBe(0);
      expect((await client.query("DELETE FROM member WHERE tenant_id = $1", [other.tenantId])).rowCount).toBe(0);
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });

  test("a row of another tenant cannot be written", async () => {
    const refused = /row-level security/;
    await expect(withTenant(a.tenantId, (tx) => tx.agent.create({ data: { id: newId("agt"), tenantId: b.tenantId, slug: "spy", name: "Spy", model: "m", instructions: "i", createdBy: a.userId } }))).rejects.toThrow(refused);
    await expect(withTenant(a.tenantId, (tx) => recordAudit(tx, { tenantId: b.tenantId, id: a.userId, userId: a.userId, ip: "", requestId: "" }, { action: "x", targetType: "x", targetId: "x" }))).rejects.toThrow(refused);
    await expect(withTenant(a.tenantId, (tx) => tx.agent.updateMany({ data: { tenantId: b.tenantId } }))).rejects.toThrow();
    await expect(withTenant(a.tenantId, (tx) => tx.run.create({ data: { id: newId("run"), tenantId: a.tenantId, agentId: b.agentId, input: "x", model: "m", instructions: "i", maxMs: 1 } }))).rejects.toThrow();
    await expect(withTenant("", (tx) => tx.agent.create({ data: { id: newId("agt"), tenantId: "", slug: "nobody", name: "N", model: "m", instructions: "i", createdBy: a.userId } }))).rejects.toThrow(refused);
  });

  test.each(["UPDATE run SET status = 'succeeded'", "DELETE FROM run", "UPDATE ledger SET quantity = 0", "INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ('x', now(), 'api_calls', 1)",
    "DELETE FROM ledger", "UPDATE usage_counter SET calls = 0", "UPDATE usage_hourly SET quantity = 0", "DELETE FROM audit_log", "UPDATE audit_log SET action = 'x'", "UPDATE plan SET api_calls = NULL",
    "DELETE FROM run_event", "UPDATE step SET output = ''", "DELETE FROM tenant", "DELETE FROM api_key", "TRUNCATE ledger", "CREATE TABLE mine (id int)", "SET ROLE stint_system", "ALTER TABLE run DISABLE ROW LEVEL SECURITY"])(
    "the application's role may not: %s", async (statement) => {
      const client = await application().connect();
      try {
        await client.query("BEGIN");
        await client.query("SELECT set_config('stint.tenant_id', $1, true)", [a.tenantId]);
        await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
      } finally {
        await client.query("ROLLBACK");
        client.release();
      }
    },
  );
});

describe("the catalogue", () => {
  test("every table with a tenant forces row-level security for all and has an index led by the tenant", async () => {
    const { rows } = await owner().query<{ name: string; forced: boolean; policies: string; led: boolean }>(
      `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
              (SELECT string_agg(p.polname || ' ' || p.polcmd::text || ' ' || (p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)::text, ', ' ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
              EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND t.attname = 'tenant_id' AND i.indpred IS NULL) AS led
       FROM pg_class c WHERE c.relname = ANY ($1) AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
      [tables],
    );
    expect(rows).toEqual(tables.map((name) => ({ name, forced: true, policies: "across_tenants * true, tenant_isolation * true", led: true })));
  });

  test("no policy but the one of the system's role lets anyone see everything", async () => {
    const { rows } = await owner().query<{ roles: string; open: boolean }>(
      `SELECT DISTINCT (SELECT string_agg(r::regrole::text, ',') FROM unnest(p.polroles) r) AS roles, pg_get_expr(p.polqual, p.polrelid) = 'true' AS open
       FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(rows).toEqual([{ roles: "stint_app", open: false }, { roles: "stint_system", open: true }]);
  });

  test("the application's role owns nothing and can neither pass nor leave the wall", async () => {
    const { rows } = await application().query<Record<string, unknown>>(
      `SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication, pg_has_role(r.oid, 'stint_system', 'MEMBER') AS is_system,
              (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) + (SELECT count(*)::int FROM pg_proc f WHERE f.proowner = r.oid)
                + (SELECT count(*)::int FROM pg_namespace n WHERE n.nspowner = r.oid) AS owned
       FROM pg_roles r WHERE r.rolname = current_user`,
    );
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false, is_system: false, owned: 0 }]);
    const system = await owner().query("SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'stint_system'");
    expect(system.rows).toEqual([{ rolcanlogin: false, rolsuper: false, rolbypassrls: false }]);
  });

  test("the functions that look across tenants are a closed list, each with a search path of its own", async () => {
    const { rows } = await owner().query<{ name: string; owner: string; path: string[] | null; open: boolean; anyone: boolean }>(
      `SELECT p.proname AS name, p.proowner::regrole::text AS owner, p.proconfig AS path, has_function_privilege('stint_app', p.oid, 'EXECUTE') AS open,
              has_function_privilege('public', p.oid, 'EXECUTE') AS anyone
       FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(DEFINERS);
    for (const row of rows) {
      expect(row, row.name).toMatchObject({ owner: "stint_system", path: ["search_path=pg_catalog, public, pg_temp"], anyone: false, open: !INTERNAL.includes(row.name) });
    }
  });

  test("none of the system role's powers come from outside this list", async () => {
    const { rows } = await owner().query("SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname NOT IN ('public', 'pg_catalog')");
    expect(rows).toEqual([]);
  });
});
