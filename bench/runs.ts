/**
 * `npm run bench:runs`: pages of the list of runs, first, middle and last, under every combination of filters, as the
 * application's role and through the service, in a tenant of a million runs between a thousand small ones. Prints p50, p95 and
 * the slowest of 50 each, and fails above 50 ms at p95 and where a plan reads a large table from end to end or sorts a large
 * set. About two minutes.
 */
import { cpus } from "node:os";
import { closePools } from "@/e2e/fixtures/workspace";
import { startTestStack } from "@/scripts/test/stack";
import { quantile } from "./table";
import { fillRuns } from "./runs-fill";
import { explainPages, listPages, type ListedPage } from "./runs-pages";

const ROUNDS = 50;
const WARM_UPS = 3;
const TARGET_P95_MS = 50;

const startedAt = performance.now();
const say = (text: string): void => console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);

say("starting a database");
const stack = await startTestStack();
try {
  // Before anything of the application reads its environment.
  Object.assign(process.env, stack.env, { LOG_LEVEL: "error", STINT_TEST_DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL, STINT_TEST_DATABASE_URL: stack.env.DATABASE_URL });
  const large = await fillRuns(say);
  const pages = listPages(large);
  const late = await measure(large.tenantId, pages);
  const faults = await explainPages(large.tenantId, pages);
  say("done");
  if (late.length + faults.length > 0) {
    console.error([...late.map((name) => `above ${TARGET_P95_MS} ms at p95: ${name}`), ...faults].join("\n"));
    process.exitCode = 1;
  }
} finally {
  await (await import("@/lib/platform/db")).closeDb();
  await closePools();
  await stack.stop();
}

/** Prints the table; returns the pages that are too slow. */
async function measure(tenantId: string, pages: ListedPage[]): Promise<string[]> {
  const { listRuns } = await import("@/lib/runs/service");
  say(`reading: ${pages.length} pages, ${ROUNDS} times each, in turns`);
  const times = new Map(pages.map(({ name }) => [name, [] as number[]]));
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const { name, query } of pages) {
      const began = performance.now();
      await listRuns(tenantId, query);
      if (round >= 0) times.get(name)?.push(performance.now() - began);
    }
  }
  console.log(`\n| filters and page, ms (${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores) | p50 | p95 | slowest |\n| --- | ---: | ---: | ---: |`);
  for (const [name, ms] of times) console.log(`| ${name} | ${[0.5, 0.95, 1].map((share) => quantile(ms, share).toFixed(1)).join(" | ")} |`);
  return [...times].filter(([, ms]) => quantile(ms, 0.95) >= TARGET_P95_MS).map(([name]) => name);
}
