import { createHash } from "node:crypto";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { escapeIdentifier, type Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { errorCode, Problem } from "../problem";
import { COPY_END, readManifest, readSeal, readTableEnd, type Manifest, type TableEnd, type TableShape } from "./format";
import { readLines } from "./lines";
import { liftConstraints } from "./constraints";
import { BUILT_IN_TABLES, columnList, listApplied, listTables, tableName } from "./tables";
import { translateTransactionIds } from "./transaction-ids";

export type LoadOptions = {
  /** Asked when the database is not empty; answers whether its contents may go. */
  mayOverwrite: (rows: { table: string; rows: number }[]) => Promise<boolean>;
};

/**
 * Replaces the contents of the database by those of a backup, in one transaction: all of it, proven by counts and
 * checksums, or nothing. Throws Problem when the backup is damaged or belongs to another version.
 */
export async function loadDatabase(client: Client, file: string, options: LoadOptions): Promise<{ manifest: Manifest; rows: number }> {
  const lines = readLines(file);
  try {
    const manifest = readManifest(await nextLine(lines));
    if (!manifest) throw new Problem(`${file} is not a backup of Stint, or of a newer one.`);
    await client.query("BEGIN");
    await client.query("SET LOCAL lock_timeout = '30s'");
    const tables = await listTables(client);
    requireSameLevel(manifest, await listApplied(client), tables);
    await requireEmpty(client, tables, options);
    const restoreConstraints = await liftConstraints(client, tables.map((table) => table.name));
    await client.query(`TRUNCATE ${tables.map((table) => tableName(table.name)).join(", ")}`);
    const rows = await loadContents(client, lines, manifest);
    await translateTransactionIds(client);
    await restoreConstraints();
    await client.query("COMMIT");
    await client.query("ANALYZE");
    return { manifest, rows };
  } catch (error) {
    // The server does it by itself when the connection is what was lost; the first error is the one to tell.
    await client.query("ROLLBACK").catch(() => undefined);
    if (errorCode(error) === "55P03") throw new Problem("The tables are in use: stop the application and its workers first. Nothing was changed.", { cause: error });
    throw error;
  } finally {
    await lines.return(undefined);
  }
}

type Lines = AsyncGenerator<Buffer, void, void>;

async function loadContents(client: Client, lines: Lines, manifest: Manifest): Promise<number> {
  const ends: TableEnd[] = [];
  for (const table of manifest.tables) ends.push(await loadTable(client, lines, table));
  for (;;) {
    const line = await nextLine(lines);
    if (line.startsWith("SELECT ")) continue;
    const seal = readSeal(line);
    const sha256 = createHash("sha256").update(ends.map((end) => end.sha256).join("\n")).digest("hex");
    if (!seal || seal.tables !== ends.length || seal.sha256 !== sha256) throw damaged("its end does not fit its contents");
    for (const { name, value, is_called } of seal.sequences) await client.query("SELECT setval($1::regclass, $2::bigint, $3)", [name, value, is_called]);
    return seal.rows;
  }
}

async function loadTable(client: Client, lines: Lines, table: TableShape): Promise<TableEnd> {
  const statement = `COPY ${tableName(table.name)} (${columnList(table.columns)}) FROM`;
  const opening = await nextLine(lines);
  if (opening !== `${statement} stdin;`) throw damaged(`table ${table.name} does not begin where it should`);
  const target = client.query(copyFrom(`${statement} STDIN`));
  const done = finished(target);
  // Watched from the start: a refused row ends the stream while lines are still being fed.
  done.catch(() => undefined);
  const hash = createHash("sha256");
  let rows = 0;
  try {
    for await (const row of rowsOf(lines)) {
      rows++;
      hash.update(row);
      if (target.destroyed) break;
      if (!target.write(row)) await Promise.race([once(target, "drain"), done]);
    }
    target.end();
    await done;
  } catch (error) {
    // Without a word the server would wait for more rows, and the connection with it.
    target.destroy();
    await done.catch(() => undefined);
    throw error;
  }
  const end = readTableEnd(await nextLine(lines));
  if (!end || end.name !== table.name || end.rows !== rows || target.rowCount !== rows) throw damaged(`table ${table.name} does not have as many rows as it says`);
  if (end.sha256 !== hash.digest("hex")) throw damaged(`the checksum of table ${table.name} is wrong`);
  return end;
}

/** The lines of a COPY block, each with its end, up to the line that closes the block. */
async function* rowsOf(lines: Lines): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const { value: line, done } = await lines.next();
    if (done || !line) throw damaged("it is cut short");
    if (line.equals(COPY_END_BYTES)) return;
    yield Buffer.concat([line, NEWLINE]);
  }
}

const COPY_END_BYTES = Buffer.from(COPY_END);
const NEWLINE = Buffer.from("\n");

async function nextLine(lines: Lines): Promise<string> {
  const { value, done } = await lines.next();
  if (done || !value) throw damaged("it is cut short");
  return value.toString("utf8");
}

function damaged(how: string): Problem {
  return new Problem(`The backup is damaged: ${how}. Nothing was changed.`);
}

function requireSameLevel(manifest: Manifest, applied: readonly string[], tables: readonly TableShape[]): void {
  const missing = manifest.migrations.filter((name) => !applied.includes(name));
  const extra = applied.filter((name) => !manifest.migrations.includes(name));
  if (missing.length > 0) throw new Problem(`The backup is of a newer version (it has ${missing.at(-1)}): update, run npm run migrate, then restore.`);
  if (extra.length > 0) {
    throw new Problem(`The backup is of an older version (it ends at ${manifest.migrations.at(-1)}, this database has ${extra.at(-1)}): restore it with that version, then update and run npm run migrate.`);
  }
  const shape = (list: readonly TableShape[]): string => list.map(({ name, columns }) => `${name}(${columns.toSorted().join()})`).toSorted().join();
  if (shape(manifest.tables) !== shape(tables)) throw new Problem("The backup's tables differ from this database's although the migrations are the same: somebody changed the schema by hand.");
}

async function requireEmpty(client: Client, tables: readonly TableShape[], options: LoadOptions): Promise<void> {
  const filled: { table: string; rows: number }[] = [];
  for (const { name } of tables) {
    if (BUILT_IN_TABLES.has(name)) continue;
    const result = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${tableName(name)}`);
    const rows = Number(result.rows[0]?.rows);
    if (rows > 0) filled.push({ table: escapeIdentifier(name), rows });
  }
  if (filled.length > 0 && !(await options.mayOverwrite(filled))) {
    throw new Problem("The database is not empty, so nothing was restored. Restore into an empty one (another STINT_HOME), or use --force to replace what is there.");
  }
}
