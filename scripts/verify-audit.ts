/** `npm run verify-audit`: recomputes every workspace's audit chain. Names the first entry of each that was changed, removed or inserted, and exits with 1 then. */
import { Client } from "pg";
import { verifyAudit } from "./audit/chain";
import { openDatabase } from "./backup/database";
import { explain } from "./problem";

try {
  const database = await openDatabase(process.env, { create: false });
  const client = new Client({ connectionString: database.url, application_name: "stint-verify-audit" });
  let faults = 0;
  try {
    await client.connect();
    const verdict = await verifyAudit(client);
    faults = verdict.faults.length;
    for (const fault of verdict.faults) {
      console.error(fault.auditId ? `${fault.tenantId}: entry ${fault.seq} (${fault.auditId}): ${fault.kind}` : `${fault.tenantId}: from entry ${fault.seq} on: ${fault.kind}`);
    }
    // Kept somewhere else, these lines also show a chain that was rewritten from end to end.
    for (const head of verdict.heads) console.log(`${head.tenantId} ${head.seals} ${head.hash || "-"}`);
    console.log(`${verdict.rows} sealed entries of ${verdict.heads.length} workspaces, ${faults === 0 ? "all as recorded" : `${faults} chains with a fault`}`);
  } finally {
    await client.end();
    await database.close();
  }
  process.exit(faults === 0 ? 0 : 1);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
