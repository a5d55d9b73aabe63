/**
 * `npm run bench:admit`: the admit function alone, counting, beside the same loop that only asks who it is. 1,000
 * workspaces, 256 questions in flight, a database that waits for its disk. Ends with a comparison of counter, ledger and
 * what was told to the callers, and with 1 when they differ.
 */
import { closePools, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { admit } from "@/lib/limits/admission";
import { startTestStack } from "@/scripts/test/stack";
import { random } from "./random";
import { median } from "./table";

const TENANTS = 1_000;
const IN_FLIGHT = 256;
const ROUNDS = 4;
const ROUND_MS = 4_000;

const stack = await startTestStack({ unsafeFast: false });
Object.assign(process.env, stack.env, { STINT_TEST_DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL });
let admitted = 0;
try {
  const workspaces: Workspace[] = [];
  for (let n = 0; n < TENANTS; n++) workspaces.push(await makeWorkspace({ apiCalls: 1_000_000_000 }));
  await owner().query("ANALYZE");
  await load(workspaces, true, 1_500);
  await load(workspaces, false, 1_500);
  const rounds: { counting: Load[]; asking: Load[] } = { counting: [], asking: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rounds.counting.push(await load(workspaces, true, ROUND_MS));
    rounds.asking.push(await load(workspaces, false, ROUND_MS));
  }
  console.log(`| | counting | only asking | ratio |\n| --- | ---: | ---: | ---: |`);
  for (const [name, key, digits] of [["calls/s", "perSecond", 0], ["p50 ms", "p50Ms", 1], ["p99 ms", "p99Ms", 1]] as const) {
    const [a, b] = [median(rounds.counting.map((one) => one[key])), median(rounds.asking.map((one) => one[key]))];
    console.log(`| ${name} | ${a.toFixed(digits)} | ${b.toFixed(digits)} | ${(a / b).toFixed(2)} |`);
  }
  const { rows } = await owner().query<{ counted: number; ledger: number }>("SELECT (SELECT sum(calls)::bigint FROM usage_counter) AS counted, (SELECT sum(quantity)::bigint FROM ledger WHERE meter = 'api_calls') AS ledger");
  console.log(`admitted ${admitted}, counted ${rows[0]?.counted}, in the ledger ${rows[0]?.ledger}`);
  if (rows[0]?.counted !== admitted || rows[0]?.ledger !== admitted) process.exitCode = 1;
} finally {
  await closeDb();
  await closePools();
  await stack.stop();
}

type Load = { perSecond: number; p50Ms: number; p99Ms: number };

async function load(workspaces: Workspace[], counted: boolean, forMs: number): Promise<Load> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, async (_, lane) => {
    const next = random(lane + 1);
    while (performance.now() - startedAt < forMs) {
      const workspace = workspaces[Math.floor(next() * workspaces.length)];
      const askedAt = performance.now();
      const answer = await admit({ kind: "key", hash: workspace?.keyHash ?? "", address: "203.0.113.7" }, counted);
      latencies.push(performance.now() - askedAt);
      if (answer.kind !== "admitted") throw new Error(`not admitted: ${answer.kind}`);
      if (counted) admitted += 1;
    }
  }));
  const elapsedMs = performance.now() - startedAt;
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number => latencies[Math.floor(latencies.length * q)] ?? 0;
  return { perSecond: (latencies.length / elapsedMs) * 1_000, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
