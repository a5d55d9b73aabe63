/** `npm run migrate`: brings the database of DATABASE_MIGRATE_URL up to date. `--migrations <folder>` reads them from elsewhere. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrateDatabase } from "./migrate/migrate-database";
import { readPlanSettings, type PlanSettings } from "@/prisma/sync-plans";
import { explain, Problem } from "./problem";

try {
  const { values } = parseArgs({ options: { migrations: { type: "string" } } });
  const { DATABASE_URL, DATABASE_MIGRATE_URL } = process.env;
  if (!DATABASE_MIGRATE_URL) throw new Problem("Set DATABASE_MIGRATE_URL to the connection string of the role that owns the schema.");
  if (!DATABASE_URL) throw new Problem("Set DATABASE_URL to the connection string of the application's role; the role is created when it does not exist.");
  const { applied } = await migrateDatabase({
    migrateUrl: DATABASE_MIGRATE_URL,
    applicationUrl: DATABASE_URL,
    plans: readPlans(),
    migrationsFolder: values.migrations ?? join(import.meta.dirname, "../prisma/migrations"),
    report: (line) => console.log(line),
  });
  if (applied.length === 0) console.log("nothing to apply: the database is up to date");
  // The engine leaves a timer of ten seconds behind; nothing is left to wait for.
  process.exit(0);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

function readPlans(): PlanSettings {
  try {
    return readPlanSettings(process.env);
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
