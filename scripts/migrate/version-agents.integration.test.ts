/** What the migration does with agents that were made before there were versions. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentConfigSchema } from "@/lib/agents/schema";
import { PROJECT_FOLDER } from "../start/home";
import { startTestStack, type TestStack } from "../test/stack";
import { migrateDatabase } from "./migrate-database";
import { listMigrations } from "./schema-engine";

const MIGRATION = "20261124000900_version_agents";
const MIGRATIONS = join(PROJECT_FOLDER, "prisma/migrations");
let stack: TestStack;
let migrationsFolder = "";

const copy = (name: string): void => cpSync(join(MIGRATIONS, name), join(migrationsFolder, name), { recursive: true });

beforeAll(async () => {
  migrationsFolder = mkdtempSync(join(tmpdir(), "stint-migrations-"));
  listMigrations(MIGRATIONS).filter((name) => name < MIGRATION).forEach(copy);
  stack = await startTestStack({ migrationsFolder });
});

afterAll(async () => {
  await stack.stop();
  rmSync(migrationsFolder, { recursive: true });
});

test("moves what they are into their first version", async () => {
  const urls = { migrateUrl: stack.env.DATABASE_MIGRATE_URL ?? "", applicationUrl: stack.env.DATABASE_URL ?? "" };
  const owner = new Client({ connectionString: urls.migrateUrl });
  await owner.connect();
  try {
    await owner.query("INSERT INTO tenant (id, slug, name, plan_id) SELECT 'ten_' || n, 'slug-' || n, 'Name', 'free' FROM generate_series(1, 2) n");
    await owner.query(`INSERT INTO agent (id, tenant_id, slug, name, model, instructions, max_ms, created_by, archived_at, updated_at)
      VALUES ('agt_1', 'ten_1', 'same', 'One', 'model-a', E'Line 1\\n"Line 2"', NULL, 'usr_1', NULL, '2026-01-02T03:04:05Z'), ('agt_2', 'ten_2', 'same', 'Two', 'model-b', 'Do it.', 90000, 'usr_2', now(), now())`);
    copy(MIGRATION);
    expect((await migrateDatabase({ ...urls, migrationsFolder, report: () => undefined })).applied).toEqual([MIGRATION]);
    const { rows } = await owner.query<{ config: unknown }>("SELECT v.*, a.version AS current FROM agent_version v JOIN agent a ON a.id = v.agent_id ORDER BY v.agent_id");
    expect(rows).toMatchObject([
      { tenant_id: "ten_1", agent_id: "agt_1", version: 1, current: 1, created_by: "usr_1", created_at: new Date("2026-01-02T03:04:05Z"), config: { model: "model-a", instructions: 'Line 1\n"Line 2"', max_minutes: null } },
      { tenant_id: "ten_2", agent_id: "agt_2", version: 1, current: 1, created_by: "usr_2", config: { model: "model-b", instructions: "Do it.", max_minutes: 1.5 } },
    ]);
    // What the application reads is what it would have written.
    for (const { config } of rows) expect(agentConfigSchema.parse(config)).toEqual(config);
    const columns = await owner.query<{ name: string }>("SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'agent'");
    expect(columns.rows.map(({ name }) => name).filter((name) => ["model", "instructions", "max_ms"].includes(name))).toEqual([]);
  } finally {
    await owner.end();
  }
});
