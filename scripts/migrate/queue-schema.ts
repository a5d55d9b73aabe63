import { setTimeout as delay } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import type { Client } from "pg";
import { Problem } from "../problem";
import { APP_ROLE } from "./roles";

/** Where pg-boss keeps its tables. The application opens it with `migrate: false`. */
export const QUEUE_SCHEMA = "pgboss";

/** Installs or upgrades pg-boss as the owner, and lets the application's role use it. Returns what changed, or null. */
export async function migrateQueueSchema(owner: Client, url: string): Promise<string | null> {
  const before = await readVersion(owner);
  const boss = new PgBoss({ connectionString: url, schema: QUEUE_SCHEMA, max: 2, migrate: true, supervise: false, schedule: false });
  const failures: Error[] = [];
  boss.on("error", (error) => failures.push(error));
  await boss.start();
  try {
    await finishIndexBuilds(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures[0]) throw new Problem(`The job queue's tables could not be brought up to date: ${failures[0].message}`, { cause: failures[0] });
  await owner.query(`
    GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};`);
  const after = await readVersion(owner);
  return before === after ? null : before === null ? `job queue installed (version ${after})` : `job queue ${before} → ${after}`;
}

async function readVersion(owner: Client): Promise<number | null> {
  const table = await owner.query<{ exists: boolean }>(`SELECT to_regclass('${QUEUE_SCHEMA}.version') IS NOT NULL AS exists`);
  if (!table.rows[0]?.exists) return null;
  const version = await owner.query<{ version: number }>(`SELECT version FROM ${QUEUE_SCHEMA}.version`);
  return version.rows[0]?.version ?? null;
}

/** An upgrade leaves slow index builds to a background task that only runs where pg-boss may change its schema: here. */
async function finishIndexBuilds(boss: PgBoss): Promise<void> {
  const deadline = performance.now() + 30 * 60_000;
  for (;;) {
    const entries = await boss.getBamStatus();
    if (!entries.some((entry) => entry.status === "pending" || entry.status === "in_progress")) return;
    if (performance.now() > deadline) throw new Problem("The job queue's indexes are still being built after 30 minutes: run npm run migrate again later.");
    await delay(500);
  }
}
