/** Applies prisma/migrations with Prisma's own engine, as WebAssembly: no download, no CLI, the ordinary `_prisma_migrations` table. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, type SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import { DatabaseError, Pool, type Client } from "pg";
import { Problem } from "../problem";

/**
 * Applies what is new in `folder`, in order of name, each migration in one transaction of its own. A migration that
 * was interrupted or that failed left nothing behind and is tried again.
 * Returns the names applied. Throws Problem that names the migration and the reason.
 */
export async function applyMigrations(owner: Client, url: string, folder: string): Promise<string[]> {
  const list = readMigrations(folder);
  await forgetUnfinished(owner);
  const pool = new Pool({ connectionString: url, max: 1, allowExitOnIdle: true, application_name: "stint-migrate" });
  pool.on("error", () => undefined);
  const adapter = atomicAdapter(pool, list);
  try {
    loaded ??= loadEngine();
    await loaded;
    const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapter.factory));
    try {
      const result = await engine.applyMigrations({ migrationsList: list, filters: { externalTables: [], externalEnums: [] } });
      return result.appliedMigrationNames;
    } finally {
      engine.free();
    }
  } catch (error) {
    const failure = adapter.failure();
    if (failure) throw new Problem(`Migration ${failure.name} failed and was taken back: ${failure.reason}`, { cause: error });
    throw new Problem(`Migrations could not be applied: ${firstLine(error instanceof Error ? error.message : String(error))}`, { cause: error });
  } finally {
    await pool.end();
  }
}

/** Names of the migrations on disk, oldest first. */
export function listMigrations(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "migration.sql")))
    .map((entry) => entry.name)
    .sort();
}

function readMigrations(folder: string): MigrationList {
  if (!existsSync(folder)) throw new Problem(`There is no folder of migrations at ${folder}.`);
  const lock = join(folder, "migration_lock.toml");
  return {
    baseDir: folder,
    lockfile: { path: "migration_lock.toml", content: existsSync(lock) ? readFileSync(lock, "utf8") : null },
    shadowDbInitScript: "",
    migrationDirectories: listMigrations(folder).map((name) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: readFileSync(join(folder, name, "migration.sql"), "utf8") } },
    })),
  };
}

let loaded: Promise<void> | null = null;

/** The package's own entry expects a bundler that can import .wasm files, so the module is put together here. */
async function loadEngine(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const { instance } = await WebAssembly.instantiate(readFileSync(join(dirname(entry), "schema_engine_bg.wasm")), {
    // The generated bindings are the module's import object; they have no narrower type than "some module".
    "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start !== "function") throw new Error("the schema engine's module has no start function");
  Reflect.apply(start, undefined, []);
}

/** Held by the transaction of a running migration, so that a successor of a killed process waits until it is settled. */
const SCRIPT_LOCK = 7_246_875_002;

/**
 * Prisma's PostgreSQL adapter, but a migration is sent whole (its own way is to cut scripts at every semicolon, also
 * within function bodies) and together with the note that it is finished: so it is either done and recorded, or neither.
 */
function atomicAdapter(pool: Pool, list: MigrationList) {
  const base = new PrismaPg(pool);
  const names = new Map(list.migrationDirectories.map(({ path, migrationFile }) => [migrationFile.content.tag === "ok" ? migrationFile.content.value : "", path]));
  let failure: { name: string; reason: string } | null = null;
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: base.provider,
    adapterName: base.adapterName,
    connectToShadowDb: () => base.connectToShadowDb(),
    async connect() {
      const adapter = await base.connect();
      adapter.executeScript = async (script) => {
        const name = names.get(script);
        try {
          await pool.query(name === undefined ? script : asOneTransaction(script));
        } catch (error) {
          failure = { name: name ?? "bookkeeping", reason: describe(error, script) };
          throw error;
        }
      };
      return adapter;
    },
  };
  return { factory, failure: () => failure };
}

/** Several statements in one message are one transaction. The first is on the script's first line, which keeps line numbers right. */
function asOneTransaction(script: string): string {
  if (/^\s*(BEGIN|COMMIT|START TRANSACTION)\s*;/im.test(script)) throw new Error("a migration must not begin or commit: each is one transaction already");
  return (
    `SELECT pg_advisory_xact_lock(${SCRIPT_LOCK}); ${script}\n;` +
    `UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL`
  );
}

/**
 * A migration that began and has no end was taken back by the database, because its end is written by its own
 * transaction. The engine would refuse to go on, so the attempt is marked as rolled back.
 */
async function forgetUnfinished(owner: Client): Promise<void> {
  const table = await owner.query<{ exists: boolean }>("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (!table.rows[0]?.exists) return;
  // The process was killed, but the server may still be at work on what it was sent.
  await owner.query("SELECT pg_advisory_lock($1)", [SCRIPT_LOCK]);
  await owner.query("SELECT pg_advisory_unlock($1)", [SCRIPT_LOCK]);
  await owner.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL");
}

/** The database's own sentence, with its hint and the line of the script. */
function describe(error: unknown, script: string): string {
  if (!(error instanceof DatabaseError)) return error instanceof Error ? error.message : String(error);
  const prefix = asOneTransaction("").indexOf("\n");
  const offset = Number(error.position) - prefix;
  const line = Number.isFinite(offset) && offset >= 0 ? ` (line ${script.slice(0, offset).split("\n").length})` : "";
  return [`${error.message}${line}`, error.detail, error.hint].filter(Boolean).join(" · ");
}

function firstLine(text: string): string {
  return text.split("\n").map((line) => line.trim()).find((line) => line !== "") ?? "";
}
