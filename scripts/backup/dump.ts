import { createHash } from "node:crypto";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { finished, pipeline } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import { escapeLiteral, type Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { COPY_END, FORMAT, writeManifest, writeSeal, writeTableEnd, type Seal, type TableEnd, type TableShape } from "./format";
import { columnList, listApplied, listTables, requireSight, tableName } from "./tables";

export type DumpResult = { tables: number; rows: number; bytes: number };

/**
 * Writes every row of the product's tables, as of one moment, to a compressed file; the application may go on working.
 * The file appears under its name only when it is whole.
 */
export async function dumpDatabase(client: Client, file: string): Promise<DumpResult> {
  const partial = `${file}.partial`;
  const gzip = createGzip();
  const written = pipeline(gzip, createWriteStream(partial, { mode: 0o600, flush: true }));
  try {
    const seal = await writeContents(client, gzip);
    gzip.end();
    await written;
    renameSync(partial, file);
    return { tables: seal.tables, rows: seal.rows, bytes: statSync(file).size };
  } catch (error) {
    gzip.destroy();
    await written.catch(() => undefined);
    rmSync(partial, { force: true });
    throw error;
  }
}

async function writeContents(client: Client, out: Gzip): Promise<Seal> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query("SET LOCAL statement_timeout = 0");
  await client.query("SET LOCAL idle_in_transaction_session_timeout = 0");
  await requireSight(client);
  const tables = await listTables(client);
  const version = await client.query<{ server_version: string }>("SHOW server_version");
  await write(
    out,
    writeManifest({
      format: FORMAT,
      created_at: new Date().toISOString(),
      postgres: version.rows[0]?.server_version ?? "",
      migrations: await listApplied(client),
      tables,
    }),
  );
  const ends: TableEnd[] = [];
  for (const table of tables) ends.push(await writeTable(client, out, table));
  const sequences = await readSequences(client);
  for (const { name, value, is_called } of sequences) await write(out, `SELECT pg_catalog.setval(${escapeLiteral(name)}, ${value}, ${is_called});\n`);
  const seal: Seal = {
    tables: ends.length,
    rows: ends.reduce((total, end) => total + end.rows, 0),
    sequences,
    sha256: createHash("sha256").update(ends.map((end) => end.sha256).join("\n")).digest("hex"),
  };
  await write(out, writeSeal(seal));
  await client.query("COMMIT");
  return seal;
}

async function writeTable(client: Client, out: Gzip, table: TableShape): Promise<TableEnd> {
  const columns = columnList(table.columns);
  await write(out, `COPY ${tableName(table.name)} (${columns}) FROM stdin;\n`);
  // A query and not the table itself: COPY of a table refuses to work under row-level security.
  const source = client.query(copyTo(`COPY (SELECT ${columns} FROM ${tableName(table.name)}) TO STDOUT`));
  const hash = createHash("sha256");
  source.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    if (!out.write(chunk)) {
      source.pause();
      out.once("drain", () => source.resume());
    }
  });
  await finished(source);
  const end = { name: table.name, rows: source.rowCount, sha256: hash.digest("hex") };
  await write(out, `${COPY_END}\n${writeTableEnd(end)}`);
  return end;
}

async function readSequences(client: Client): Promise<Seal["sequences"]> {
  const names = await client.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
  );
  const sequences: Seal["sequences"] = [];
  for (const { name } of names.rows) {
    // The name comes quoted from the database itself.
    const state = await client.query<{ value: string; is_called: boolean }>(`SELECT last_value::text AS value, is_called FROM ${name}`);
    const row = state.rows[0];
    if (row) sequences.push({ name, value: row.value, is_called: row.is_called });
  }
  return sequences;
}

async function write(out: Gzip, text: string): Promise<void> {
  if (!out.write(text)) await once(out, "drain");
}
