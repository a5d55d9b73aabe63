import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestStack, type TestStack } from "../test/stack";
import { dumpDatabase } from "./dump";
import { loadDatabase } from "./load";

/** Characters that the text format must escape, and one row that looks like the end of a block. */
const NASTY = ["tab\there", "line\nbreak", "back\\slash", "\\.", "\\N", "quote'\"", "ünïcödé 𝄞", ""];

let source: TestStack;
let target: TestStack;
let from: Client;
let to: Client;
let folder = "";
let file = "";

async function connect(stack: TestStack): Promise<Client> {
  const client = new Client({ connectionString: stack.env.DATABASE_MIGRATE_URL });
  await client.connect();
  return client;
}

beforeAll(async () => {
  [source, target] = await Promise.all([startTestStack(), startTestStack()]);
  from = await connect(source);
  await from.query("INSERT INTO tenant (id, slug, name, plan_id) SELECT 'ten_' || n, 'slug-' || n, $1 || n, 'free' FROM generate_series(1, 3) n", ["Name\t\\"]);
  await from.query("INSERT INTO user_account (id, email, name) SELECT 'usr_' || ord, 'u' || ord || '@example.com', name FROM unnest($1::text[]) WITH ORDINALITY AS x(name, ord)", [NASTY]);
  await from.query("INSERT INTO agent (id, tenant_id, slug, name, created_by) SELECT 'agt_' || n, 'ten_1', 'a-' || n, 'A', 'usr_1' FROM generate_series(1, 200) n");
  await from.query("INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by) SELECT 'ten_1', id, 1, jsonb_build_object('model', 'm', 'instructions', repeat('long text ', 5000)), 'usr_1' FROM agent");
  await from.query("INSERT INTO ledger (tenant_id, period_start, meter, quantity) SELECT 'ten_1', '2026-11-01', 'api_calls', n FROM generate_series(1, 5) n");
});

afterAll(async () => {
  await from.end();
  await source.stop();
  await target.stop();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stint-backup-"));
  file = join(folder, "backup.sql.gz");
  to = await connect(target);
});

afterEach(async () => {
  await to.end();
  rmSync(folder, { recursive: true });
});

const never = async (): Promise<boolean> => false;
const always = async (): Promise<boolean> => true;
const countIn = async (client: Client, table: string): Promise<number> => Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n);
const damage = (change: (text: string) => string): void => writeFileSync(file, gzipSync(change(gunzipSync(readFileSync(file)).toString("utf8"))));

describe("a backup", () => {
  test("is refused where rows are hidden from the role", async () => {
    const application = new Client({ connectionString: source.env.DATABASE_URL });
    await application.connect();
    await expect(dumpDatabase(application, file)).rejects.toThrow(/cannot see every row of .*tenant/);
    await application.end();
  });

  test("is of one moment, though rows are written meanwhile", async () => {
    const writer = await connect(source);
    const dump = dumpDatabase(from, file);
    await writer.query("INSERT INTO user_account (id, email, name) VALUES ('usr_late', 'late@example.com', 'Late')");
    const { rows } = await dump;
    await writer.query("DELETE FROM user_account WHERE id = 'usr_late'");
    await writer.end();
    expect(rows).toBeGreaterThanOrEqual(3 + NASTY.length + 200 + 5);
  });

  test("comes back whole, in an empty database only", async () => {
    const { rows } = await dumpDatabase(from, file);
    const restored = await loadDatabase(to, file, { mayOverwrite: never });
    expect(restored.rows).toBe(rows);
    expect((await to.query("SELECT name FROM user_account ORDER BY id")).rows).toEqual((await from.query("SELECT name FROM user_account ORDER BY id")).rows);
    expect((await to.query("SELECT md5(string_agg(config::text, '' ORDER BY agent_id)) FROM agent_version")).rows).toEqual((await from.query("SELECT md5(string_agg(config::text, '' ORDER BY agent_id)) FROM agent_version")).rows);
    await expect(loadDatabase(to, file, { mayOverwrite: never })).rejects.toThrow(/not empty/);
  });

  test("leaves every wall standing: row-level security, foreign keys, sequences", async () => {
    await dumpDatabase(from, file);
    await loadDatabase(to, file, { mayOverwrite: always });
    const shape = "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1";
    const keys = "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1";
    expect((await to.query(shape)).rows).toEqual((await from.query(shape)).rows);
    expect((await to.query(keys)).rows).toEqual((await from.query(keys)).rows);
    const next = await to.query<{ id: string }>("INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ('ten_1', '2026-11-01', 'api_calls', 1) RETURNING id");
    expect(Number(next.rows[0]?.id)).toBeGreaterThan(5);
  });

  test("does not lose track of what was projected: what is written later is still counted, once", async () => {
    await from.query("SELECT project_usage()");
    await from.query("INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ('ten_1', '2026-11-01', 'api_calls', 1000)");
    // Numbers far in the future of the other server, as from a server that has run for years.
    await from.query("UPDATE ledger SET xid = (xid::text::bigint + 1000000)::text::xid8");
    await from.query("UPDATE projection SET watermark = (watermark::text::bigint + 1000000)::text::xid8");
    await dumpDatabase(from, file);
    await loadDatabase(to, file, { mayOverwrite: always });
    await to.query("INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ('ten_1', '2026-11-01', 'api_calls', 7)");
    await to.query("SELECT project_usage()");
    await to.query("SELECT project_usage()");
    const total = await to.query<{ ledger: string; hourly: string }>(
      "SELECT (SELECT sum(quantity) FROM ledger WHERE meter = 'api_calls')::text AS ledger, (SELECT sum(quantity) FROM usage_hourly WHERE meter = 'api_calls')::text AS hourly",
    );
    expect(total.rows[0]?.hourly).toBe(total.rows[0]?.ledger);
  });
});

describe("a damaged backup changes nothing", () => {
  beforeEach(async () => {
    await dumpDatabase(from, file);
    await loadDatabase(to, file, { mayOverwrite: always });
    await to.query("DELETE FROM agent WHERE id <> 'agt_1'");
  });

  test.each([
    ["cut short", (text: string) => text.slice(0, text.length / 2), /damaged/],
    ["without its end", (text: string) => text.split("\n").slice(0, -2).join("\n") + "\n", /damaged/],
    ["with a changed letter", (text: string) => text.replace("long text", "lung text"), /checksum of table agent_version/],
    ["with a missing row", (text: string) => text.replace(/^agt_200\t.*\n/m, ""), /as many rows/],
    ["of something else", () => "hello\n", /not a backup of Stint/],
    ["of a newer version", (text: string) => text.replace('"migrations":[', '"migrations":["20990101000000_future",'), /newer version/],
  ])("%s", async (_name, change, message) => {
    damage(change);
    await expect(loadDatabase(to, file, { mayOverwrite: always })).rejects.toThrow(message);
    expect(await countIn(to, "agent")).toBe(1);
    expect((await to.query("SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'agent'")).rows).toEqual([{ forced: true }]);
  });

  test("a file cut in the middle of the compression", async () => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2)));
    await expect(loadDatabase(to, file, { mayOverwrite: always })).rejects.toThrow(/damaged/);
  });

  test("no file at all", async () => {
    await expect(loadDatabase(to, join(folder, "none"), { mayOverwrite: always })).rejects.toThrow(/There is no file/);
  });
});
