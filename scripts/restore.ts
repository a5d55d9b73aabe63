/** `npm run restore -- <file> [--force]`: a backup into an empty database of the same version; with --force over one that is not. */
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { openDatabase } from "./backup/database";
import { loadDatabase } from "./backup/load";
import { explain, Problem } from "./problem";

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { force: { type: "boolean" } } });
  const file = positionals[0];
  if (!file) throw new Problem("Name the file: npm run restore -- <file>");
  const database = await openDatabase(process.env, { create: true });
  try {
    const client = new Client({ connectionString: database.url, application_name: "stint-restore" });
    client.on("error", () => undefined);
    await client.connect();
    try {
      const { manifest, rows } = await loadDatabase(client, resolve(file), {
        mayOverwrite: async (filled) => (values.force ? confirm(client.database ?? "", filled) : false),
      });
      console.log(`Restored ${rows} rows of ${manifest.tables.length} tables as of ${manifest.created_at}; counts and checksums agree.`);
      if (database.inUse) console.log("The application is running: restart it, so that nothing remembers the time before.");
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

/** Replacing data takes the database's name, typed. */
async function confirm(name: string, filled: { table: string; rows: number }[]): Promise<boolean> {
  console.log(`This database holds ${filled.map(({ table, rows }) => `${rows} rows of ${table}`).join(", ")}. All of it will be replaced.`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  // Without an answer (no terminal, closed input) the answer is no.
  const closed = new Promise<string>((done) => prompt.once("close", () => done("")));
  const answer = await Promise.race([prompt.question(`Type the database's name (${name}) to go on: `), closed]);
  prompt.close();
  return answer.trim() === name;
}
