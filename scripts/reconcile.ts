/** `npm run reconcile`: compares runs, leases, counters, ledger and rollups of every workspace. One line a difference, and exit code 1 when there is any. */
import { Client } from "pg";
import type { Ask } from "@/lib/reconciliation/repo";
import { sweepEverybody } from "@/lib/reconciliation/service";
import { openDatabase } from "./backup/database";
import { explain, Problem } from "./problem";
import { readDifferences } from "./reconcile/differences";

try {
  const database = await openDatabase(process.env, { create: false });
  const client = new Client({ connectionString: database.url, application_name: "stint-reconcile" });
  let found = 0;
  try {
    await client.connect();
    // The owner of the tables is held by row-level security like everybody; this role sees every tenant.
    await client.query("SET ROLE stint_system");
    const ask: Ask = async <Row extends Record<string, unknown>>(text: string, values: unknown[]) => (await client.query<Row>(text, values)).rows;
    const sweep = await sweepEverybody(ask, "script");
    if (!sweep) throw new Problem("The comparison was taken over or taken away while it ran. Try again.");
    found = sweep.differences;
    for await (const line of readDifferences(client, sweep.id)) console.error(line);
    console.log(`${sweep.tenants} ${sweep.tenants === 1 ? "workspace" : "workspaces"} compared: ${found === 0 ? "runs, leases, counters, ledger and rollups agree" : `${found} ${found === 1 ? "difference" : "differences"}`}`);
  } finally {
    await client.end();
    await database.close();
  }
  process.exit(found === 0 ? 0 : 1);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
