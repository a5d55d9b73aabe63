/** The last wall: what the application's own database role can see and do without, and with, a tenant. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { application, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { fillEveryTable, listTenantTables } from "@/e2e/fixtures/every-table";
import { newId } from "@/lib/core/ids";
import { closeDb, db, withTenant } from "@/lib/platform/db";
import { recordAudit } from "@/lib/audit/service";
import { findCatalogueFaults } from "@/scripts/check/catalogue";

let a: Workspace;
let b: Workspace;
let tables: string[] = [];

beforeAll(async () => {
  a = await makeWorkspace();
  b = await makeWorkspace();
  for (const one of [a, b]) await fillEveryTable(one);
  tables = await listTenantTables();
});
afterAll(() => closeDb());

async function countVisible(client: pg.ClientBase, table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*) FROM ${pg.escapeIdentifier(table)}`);
  return rows[0]?.count ?? 0;
}

async function expectNothingVisible(client: pg.ClientBase): Promise<void> {
  for (const table of [...tables, "tenant"]) expect(await countVisible(client, table), table).toBe(0);
}

describe("without a tenant the application's role sees no row of any", () => {
  test("there is something to see in every table", async () => {
    expect(tables).toEqual(["agent", "agent_version", "alert_rule", "api_key", "audit_chain", "audit_log", "audit_seal", "billing_account", "billing_credit", "billing_flag", "billing_invoice", "billing_mail", "billing_turn", "contract", "idempotency_key", "invitation", "key_counter", "ledger", "member", "meter_report", "model_key", "reconciliation_difference", "run", "run_event", "schedule", "step", "stripe_event", "tenant_override", "tenant_slug", "tool", "usage_alert", "usage_counter", "usage_daily", "usage_hourly", "webhook_attempt", "webhook_delivery", "webhook_endpoint", "webhook_event"]);
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
    await expect(withTenant(a.tenantId, (tx) => tx.agent.create({ data: { id: newId("agt"), tenantId: b.tenantId, slug: "spy", name: "Spy", createdBy: a.userId } }))).rejects.toThrow(refused);
    await expect(withTenant(a.tenantId, (tx) => recordAudit(tx, { tenantId: b.tenantId, id: a.userId, userId: a.userId, ip: "", requestId: "" }, { action: "x", targetType: "x", targetId: "x" }))).rejects.toThrow(refused);
    await expect(withTenant(a.tenantId, (tx) => tx.agent.updateMany({ data: { tenantId: b.tenantId } }))).rejects.toThrow();
    await expect(withTenant(a.tenantId, (tx) => tx.run.create({ data: { id: newId("run"), tenantId: a.tenantId, agentId: b.agentId, agentVersion: 1, input: "x", model: "m", maxMs: 1 } }))).rejects.toThrow();
    await expect(withTenant("", (tx) => tx.agent.create({ data: { id: newId("agt"), tenantId: "", slug: "nobody", name: "N", createdBy: a.userId } }))).rejects.toThrow(refused);
  });

  test.each(["UPDATE run SET status = 'succeeded'", "DELETE FROM run", "UPDATE ledger SET quantity = 0", "INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ('x', now(), 'api_calls', 1)",
    "DELETE FROM ledger", "UPDATE usage_counter SET calls = 0", "UPDATE usage_hourly SET quantity = 0", "DELETE FROM audit_log", "UPDATE audit_log SET action = 'x'", "UPDATE plan SET api_calls = NULL",
    "DELETE FROM run_event", "UPDATE agent_version SET config = '{}'", "DELETE FROM agent_version", "DELETE FROM agent", "UPDATE step SET output = ''", "DELETE FROM tenant", "DELETE FROM api_key", "TRUNCATE ledger", "CREATE TABLE mine (id int)", "SET ROLE stint_system", "ALTER TABLE run DISABLE ROW LEVEL SECURITY"])(
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
  test("every table, view, function and role stands as the wall needs it", async () => {
    const client = await owner().connect();
    try {
      expect(await findCatalogueFaults(client)).toEqual([]);
    } finally {
      client.release();
    }
  });

  const TABLE = "CREATE TABLE planted (tenant_id text PRIMARY KEY)";
  const POLICIES = ["CREATE POLICY tenant_isolation ON planted TO stint_app USING (tenant_id = NULLIF(current_setting('stint.tenant_id', true), '')) WITH CHECK (tenant_id = NULLIF(current_setting('stint.tenant_id', true), ''))",
    "CREATE POLICY across_tenants ON planted TO stint_system USING (true) WITH CHECK (true)"];
  const WALL = ["ALTER TABLE planted ENABLE ROW LEVEL SECURITY", "ALTER TABLE planted FORCE ROW LEVEL SECURITY", ...POLICIES, "GRANT SELECT, DELETE ON planted TO stint_system"];
  const definer = (rest: string): string => `CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER ${rest} AS 'SELECT count(*) FROM run'`;

  test.each<[string, string[], string | null]>([
    ["a table with the wall around it", [TABLE, ...WALL], null],
    ["a table without a policy", [TABLE, ...WALL.slice(0, 2)], "planted: lacks the policy of stint_app"],
    ["a table without row-level security", [TABLE, ...POLICIES], "planted: row-level security is off"],
    ["a table whose owner passes", [TABLE, ...WALL, "ALTER TABLE planted NO FORCE ROW LEVEL SECURITY"], "planted: its owner passes row-level security"],
    ["a table without an index led by the tenant", ["CREATE TABLE planted (id int PRIMARY KEY, tenant_id text)", ...WALL], "planted: no index is led by tenant_id"],
    ["a table that the purge would leave", [TABLE, ...WALL.slice(0, -1)], "planted: the purge may not delete from it"],
    ["an open policy beside the right ones", [TABLE, ...WALL, "CREATE POLICY debug ON planted FOR SELECT TO stint_app USING (true)"], "planted: has another policy: stint_app | r | t | true"],
    ["a policy for everybody", [TABLE, ...WALL, "CREATE POLICY debug ON planted USING (true)"], "planted: has another policy"],
    ["a policy that does not check what is written", [TABLE, ...WALL, "ALTER POLICY tenant_isolation ON planted WITH CHECK (true)"], "planted: lacks the policy of stint_app"],
    ["a partition without a wall of its own", ["CREATE TABLE planted (tenant_id text, at int, PRIMARY KEY (tenant_id, at)) PARTITION BY RANGE (at)", ...WALL, "CREATE TABLE planted_1 PARTITION OF planted FOR VALUES FROM (0) TO (1)"], "planted_1: row-level security is off"],
    ["a copy without the tenant", ["CREATE TABLE planted AS SELECT id, input FROM run", "GRANT SELECT ON planted TO stint_app"], "planted: open to the application"],
    ["a view that sees what its owner sees", ["CREATE VIEW planted AS SELECT * FROM run", "GRANT SELECT ON planted TO stint_app"], "planted: a view that sees what its owner sees"],
    ["a function that crosses tenants", [definer("")], "planted: crosses tenants and is not on the list"],
    ["a known function under a second signature", ["CREATE FUNCTION slug_is_free() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM run'"], "slug_is_free: exists twice"],
    ["a known function without a search path", ["ALTER FUNCTION slug_is_free(text) RESET search_path"], "slug_is_free: looks up names where its caller says"],
    ["an inner function that is opened", ["GRANT EXECUTE ON FUNCTION lock_counter(text) TO stint_app"], "lock_counter: the application may call it"],
    ["an application that may become the system", ["GRANT stint_system TO stint_app"], "stint_app: is a member of stint_system"],
    ["a process that signs in as one that may become the system", ["DO $$ BEGIN EXECUTE format('GRANT stint_system TO %I', (SELECT m.member::regrole::text FROM pg_auth_members m WHERE m.roleid = 'stint_app'::regrole AND m.inherit_option LIMIT 1)); END $$"], "the application: is a member of stint_system"],
    ["an application that makes roles", ["ALTER ROLE stint_app CREATEROLE"], "stint_app: creates roles"],
    ["an application that owns a table", [TABLE, ...WALL, "GRANT CREATE ON SCHEMA public TO stint_app", "GRANT stint_app TO CURRENT_USER WITH SET TRUE", "ALTER TABLE planted OWNER TO stint_app", "REVOKE stint_app FROM CURRENT_USER"], "the application: owns or may change planted"],
    ["an application that may create", ["GRANT CREATE ON SCHEMA public TO stint_app"], "the application: owns or may change schema public"],
  ])("planted: %s", async (_what, statements, fault) => {
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      for (const statement of statements) await client.query(statement);
      const faults = await findCatalogueFaults(client);
      if (fault === null) expect(faults).toEqual([]);
      else expect(faults).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });
});
