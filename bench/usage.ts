/**
 * `npm run bench:usage`: every read of the usage page, the overview, the API and the CSV, as the application's role and
 * through the services, in a tenant with 10 million ledger rows and two years of rollups between a thousand small ones. Prints
 * p50, p95 and the slowest of 200 each, and fails where a plan reads a large table from end to end. About ten minutes.
 */
import { cpus } from "node:os";
import pg from "pg";
import { closePools } from "@/e2e/fixtures/workspace";
import { startTestStack } from "@/scripts/test/stack";
import { quantile } from "./table";
import { countRows, fillLargeTenant } from "./usage-fill";
import { explainReads, listReads } from "./usage-reads";

const ROUNDS = 200;
const WARM_UPS = 10;
const TARGET_P95_MS = 100;

const startedAt = performance.now();
const say = (text: string): void => console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);

say("starting a database");
const stack = await startTestStack();
try {
  // Before anything of the application reads its environment.
  Object.assign(process.env, stack.env, { LOG_LEVEL: "error", STINT_TEST_DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL });
  const large = await fillLargeTenant(say);
  for (const { table, own, all } of await countRows(large.tenantId)) console.log(`        ${table}: ${own.toLocaleString("en-US")} rows of the tenant, ${all.toLocaleString("en-US")} of all`);
  const late = await measureReads(large);
  const scans = await checkPlans(large.tenantId);
  say("done");
  if (late.length + scans.length > 0) {
    console.error([...late.map((name) => `above ${TARGET_P95_MS} ms at p95: ${name}`), ...scans.map((plan) => `reads a large table from end to end: ${plan}`)].join("\n"));
    process.exitCode = 1;
  }
} finally {
  await (await import("@/lib/platform/db")).closeDb();
  await closePools();
  await stack.stop();
}

/** Prints the table; returns the reads that are too slow. */
async function measureReads(large: { tenantId: string; userId: string; slug: string }): Promise<string[]> {
  const reads = await listReads(large);
  say(`reading: ${reads.length} reads, ${ROUNDS} times each, in turns`);
  const times = new Map(reads.map(({ name }) => [name, [] as number[]]));
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const { name, read } of reads) {
      const began = performance.now();
      await read();
      if (round >= 0) times.get(name)?.push(performance.now() - began);
    }
  }
  console.log(`\n| read, ms (${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores) | p50 | p95 | slowest |\n| --- | ---: | ---: | ---: |`);
  for (const [name, ms] of times) console.log(`| ${name} | ${[0.5, 0.95, 1].map((share) => quantile(ms, share).toFixed(1)).join(" | ")} |`);
  return [...times].filter(([, ms]) => quantile(ms, 0.95) >= TARGET_P95_MS).map(([name]) => name);
}

/** Has every statement on large tables explained while it runs; returns those that read one from end to end. */
async function checkPlans(tenantId: string): Promise<string[]> {
  const client = new pg.Client(stack.env.DATABASE_URL);
  await client.connect();
  try {
    const plans = await explainReads(client, tenantId);
    console.log("");
    for (const { name, rows, buffers, scans } of plans) console.log(`        ${name}: ${rows} rows, ${buffers} pages, ${scans.join(", ")}`);
    return plans.filter(({ sequential }) => sequential).map(({ name, scans }) => `${name} (${scans.join(", ")})`);
  } finally {
    await client.end();
  }
}
