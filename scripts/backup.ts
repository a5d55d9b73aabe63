/** `npm run backup -- [file]`: every row of the product's tables into one compressed file. The application may go on running. */
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { openDatabase } from "./backup/database";
import { dumpDatabase } from "./backup/dump";
import { explain } from "./problem";
import { resolveHome } from "./start/home";

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const stamp = new Date().toISOString().replace(/[:-]/g, "").replace(/\.\d+/, "");
  const file = resolve(positionals[0] ?? join(resolveHome(process.env.STINT_HOME), "backups", `stint-${stamp}.sql.gz`));
  const database = await openDatabase(process.env, { create: false });
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const client = new Client({ connectionString: database.url, application_name: "stint-backup" });
    client.on("error", () => undefined);
    await client.connect();
    try {
      const { tables, rows, bytes } = await dumpDatabase(client, file);
      console.log(`${file}: ${rows} rows of ${tables} tables, ${(bytes / 1024).toFixed(0)} KB`);
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
