import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPlanSettings } from "@/prisma/sync-plans";
import { PROJECT_FOLDER } from "../start/home";
import { startTestStack, type TestStack } from "../test/stack";
import { migrateDatabase, type MigrateOptions } from "./migrate-database";
import { listMigrations } from "./schema-engine";

let stack: TestStack;
let folder = "";
let options: MigrateOptions;
let owner: Client;

beforeAll(async () => {
  stack = await startTestStack();
  folder = mkdtempSync(join(tmpdir(), "stint-migrations-"));
  cpSync(join(PROJECT_FOLDER, "prisma/migrations"), folder, { recursive: true });
  options = { migrateUrl: stack.env.DATABASE_MIGRATE_URL ?? "", applicationUrl: stack.env.DATABASE_URL ?? "", migrationsFolder: folder, report: () => undefined };
  owner = new Client({ connectionString: options.migrateUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await stack.stop();
  rmSync(folder, { recursive: true });
});

function plant(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "migration.sql"), sql);
}

const unplant = (name: string): void => rmSync(join(folder, name), { recursive: true });
const exists = async (table: string): Promise<boolean> => (await owner.query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [table])).rows[0]?.there ?? false;
const withUser = (url: string, user: string): string => Object.assign(new URL(url), { username: user }).href;

describe("migrations", () => {
  test("are applied once; the second time there is nothing to do", async () => {
    expect(await migrateDatabase(options)).toEqual({ applied: [] });
    const recorded = await owner.query<{ name: string }>("SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1");
    expect(recorded.rows.map((row) => row.name)).toEqual(listMigrations(join(PROJECT_FOLDER, "prisma/migrations")));
  });

  test("may hold functions with semicolons in them", async () => {
    plant("20990101000000_function", "CREATE FUNCTION seven() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int := 3; BEGIN n := n + 4; RETURN n; END $$;");
    expect((await migrateDatabase(options)).applied).toEqual(["20990101000000_function"]);
    expect((await owner.query("SELECT seven()")).rows).toEqual([{ seven: 7 }]);
  });

  test("that fail are taken back whole, named with line and reason, and tried again when put right", async () => {
    plant("20990102000000_wrong", "CREATE TABLE half (id int);\n\nSELEKT 1;\n");
    await expect(migrateDatabase(options)).rejects.toThrow(/20990102000000_wrong failed and was taken back: syntax error at or near "SELEKT" \(line 3\)/);
    expect(await exists("half")).toBe(false);
    plant("20990102000000_wrong", "CREATE TABLE half (id int);");
    expect((await migrateDatabase(options)).applied).toEqual(["20990102000000_wrong"]);
    expect(await exists("half")).toBe(true);
  });

  test("that were interrupted are tried again", async () => {
    await owner.query("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', '20990103000000_cut')");
    plant("20990103000000_cut", "CREATE TABLE whole (id int);");
    expect((await migrateDatabase(options)).applied).toEqual(["20990103000000_cut"]);
  });

  test("run by three processes at once are applied by one", async () => {
    plant("20990104000000_race", "CREATE TABLE raced (id int); SELECT pg_sleep(0.2);");
    const results = await Promise.all([migrateDatabase(options), migrateDatabase(options), migrateDatabase(options)]);
    expect(results.flatMap((result) => result.applied)).toEqual(["20990104000000_race"]);
  });

  test("may not begin or commit on their own", async () => {
    plant("20990105000000_commits", "CREATE TABLE torn (id int);\nCOMMIT;\nSELECT 1;");
    await expect(migrateDatabase(options)).rejects.toThrow(/must not begin or commit/);
    expect(await exists("torn")).toBe(false);
    unplant("20990105000000_commits");
  });
});

describe("roles", () => {
  test("a new name in DATABASE_URL is created, bound to the application's rights, and can sign in", async () => {
    const url = withUser(options.applicationUrl, "another_app");
    await migrateDatabase({ ...options, applicationUrl: url });
    const application = new Client({ connectionString: url });
    await application.connect();
    expect((await application.query("SELECT count(*)::int AS plans FROM plan")).rows).toEqual([{ plans: 5 }]);
    await expect(application.query("CREATE TABLE mine (id int)")).rejects.toThrow(/permission denied/);
    await expect(application.query("SET ROLE stint_system")).rejects.toThrow(/permission denied/);
    await application.end();
  });

  test("the owner is refused as the application", async () => {
    await expect(migrateDatabase({ ...options, applicationUrl: options.migrateUrl })).rejects.toThrow(/both sign in as 'stint_owner'/);
  });

  test("a superuser is refused as the application", async () => {
    await expect(migrateDatabase({ ...options, applicationUrl: withUser(options.applicationUrl, "postgres") })).rejects.toThrow(/is a superuser/);
  });

  test("a role that owns tables is refused as the application", async () => {
    await owner.query("CREATE ROLE tableowner LOGIN PASSWORD 'x'");
    await owner.query("GRANT tableowner TO CURRENT_USER WITH SET TRUE");
    await owner.query("GRANT CREATE ON SCHEMA public TO tableowner");
    await owner.query("SET ROLE tableowner");
    await owner.query("CREATE TABLE owned_by_app (id int)");
    await owner.query("RESET ROLE");
    await expect(migrateDatabase({ ...options, applicationUrl: withUser(options.applicationUrl, "tableowner") })).rejects.toThrow(/owns 1 table/);
  });

  test("a member of the system role is refused as the application", async () => {
    await owner.query("CREATE ROLE sees_all LOGIN PASSWORD 'x' IN ROLE stint_system");
    await expect(migrateDatabase({ ...options, applicationUrl: withUser(options.applicationUrl, "sees_all") })).rejects.toThrow(/member of stint_system/);
  });

  test("a wrong password shows at once", async () => {
    const url = Object.assign(new URL(options.applicationUrl), { password: "wrong" }).href;
    await expect(migrateDatabase({ ...options, applicationUrl: url })).rejects.toThrow(/DATABASE_URL cannot be reached: the password is wrong/);
  });

  test("the job queue is the owner's, and the application may use it", async () => {
    const rights = await owner.query(
      "SELECT has_table_privilege('stint_app', 'pgboss.job', 'INSERT') AS uses, has_schema_privilege('stint_app', 'pgboss', 'CREATE') AS changes",
    );
    expect(rights.rows).toEqual([{ uses: true, changes: false }]);
  });
});

describe("the built-in plan", () => {
  const SOLD = { sold: true, builtIn: {} };
  const UNSOLD = { sold: false, builtIn: { minutesMs: 300_000_000, agents: null, members: 7 } };
  const plansOf = async (...ids: string[]) =>
    (await owner.query<{ plan_id: string }>("SELECT t.plan_id FROM unnest($1::text[]) WITH ORDINALITY AS i (id, n) JOIN tenant t ON t.id = i.id ORDER BY i.n", [ids])).rows.map((row) => row.plan_id);

  test("has its operator's numbers, and Pro's where none are given", async () => {
    await migrateDatabase({ ...options, plans: UNSOLD });
    const { rows } = await owner.query("SELECT minutes_ms::int, api_calls::int, agents, members, concurrent_runs, overage_micros_per_minute FROM plan WHERE id = 'built_in'");
    expect(rows).toEqual([{ minutes_ms: 300_000_000, api_calls: 2_500_000, agents: null, members: 7, concurrent_runs: 20, overage_micros_per_minute: null }]);
  });

  test("is given to whoever bought nothing while nothing is sold, and taken back when plans are; subscriptions and contracts stay", async () => {
    for (const [id, plan] of [["ten_free", "free"], ["ten_pro", "pro"], ["ten_paying", "starter"], ["ten_left", "free"], ["ten_contract", "enterprise"], ["ten_agreed", "free"]]) await owner.query("INSERT INTO tenant (id, slug, name, plan_id) VALUES ($1, replace($1, '_', '-'), 'Test', $2)", [id, plan]);
    await owner.query("INSERT INTO billing_account (tenant_id, status, plan_id) VALUES ('ten_paying', 'active', 'starter'), ('ten_left', 'canceled', 'pro')");
    await owner.query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ('ten_contract', 1, 'outside', now() - interval '1 day', 't', 'usr_staff'), ('ten_agreed', 1, 'outside', now() - interval '1 day', 't', 'usr_staff')");
    const lines: string[] = [];
    await migrateDatabase({ ...options, plans: UNSOLD, report: (line) => lines.push(line) });
    expect(await plansOf("ten_free", "ten_pro", "ten_paying", "ten_left", "ten_contract", "ten_agreed")).toEqual(["built_in", "built_in", "starter", "built_in", "enterprise", "free"]);
    expect(lines).toEqual(["moved 3 workspaces to the plan that is built in, because none is sold"]);
    await migrateDatabase({ ...options, plans: SOLD });
    expect(await plansOf("ten_free", "ten_pro", "ten_paying", "ten_left", "ten_contract")).toEqual(["free", "free", "starter", "free", "enterprise"]);
  });

  test("with numbers that cannot be read stops the migration before anything is done, naming the field", () => {
    expect(() => readPlanSettings({ BUILT_IN_PLAN: '{"minutes": "many"}' })).toThrow("BUILT_IN_PLAN is wrong. minutes: Use a number.");
    expect(readPlanSettings({ BUILT_IN_PLAN: "", STRIPE_SECRET_KEY: "" })).toEqual({ sold: false, builtIn: {} });
    expect(readPlanSettings({ STRIPE_SECRET_KEY: "sk_test_1" })).toMatchObject({ sold: true });
  });
});
