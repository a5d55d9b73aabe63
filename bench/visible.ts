/**
 * `npm run bench:visible [--runs=20]`: how long the usage page, open in a browser, takes to show what was used: by a run that it
 * follows, after the run's end, and by a call of the API while nothing runs. In the gauge, which follows the counter, and in the
 * bars, which follow the ledger. Fails above two seconds for the gauge.
 */
import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { encode } from "next-auth/jwt";
import { findChromium } from "@/e2e/fixtures/chromium";
import { until } from "@/e2e/fixtures/until";
import { closePools, makeSession, makeWorkspace, owner, queueRuns, readRun, type Workspace } from "@/e2e/fixtures/workspace";
import { UsagePage } from "@/e2e/pages/usage-page";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { startTestStack } from "@/scripts/test/stack";
import { findBuild } from "./build";
import { freePort, startProgram, startServer } from "./processes";

const { values } = parseArgs({ options: { runs: { type: "string", default: "20" } } });
const MOST_MS = 2_000;
const TEXT = Array.from({ length: 400 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel past lock number ${n} before the evening bell.`).join(" ");

const stack = await startTestStack();
process.env.STINT_TEST_DATABASE_MIGRATE_URL = stack.env.DATABASE_MIGRATE_URL;
const env: NodeJS.ProcessEnv = { ...stack.env, NODE_ENV: "production", LOG_LEVEL: "error", NEXT_DIST_DIR: await findBuild(stack.env), NEXT_TELEMETRY_DISABLED: "1" };
const port = await freePort();
env.APP_URL = `http://localhost:${port}`;
const server = await startServer(["--import", "tsx", "scripts/server.ts"], { env, cwd: PROJECT_FOLDER, port, path: "/api/ready" });
const worker = startProgram(["--import", "tsx", "scripts/worker.ts"], env);
const { executablePath, args, env: browserEnv } = await findChromium();
const browser = await chromium.launch({ executablePath, args, env: browserEnv });
let slowest = Number.POSITIVE_INFINITY;
try {
  slowest = await main();
} finally {
  await browser.close();
  await worker.stop();
  await server.stop();
  await closePools();
  await stack.stop();
}
process.exit(slowest > MOST_MS ? 1 : 0);

async function main(): Promise<number> {
  const one = await makeWorkspace();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [one.tenantId]);
  const { sessionId } = await makeSession(one.userId);
  const context = await browser.newContext({ baseURL: env.APP_URL });
  await context.addCookies([{ name: "stint.session", value: await encode({ token: { sub: one.userId, ver: 1, sid: sessionId }, secret: env.AUTH_SECRET ?? "", maxAge: 3_600 }), url: env.APP_URL ?? "" }]);
  const page = await context.newPage();
  const usage = new UsagePage(page, one.slug);
  const followed: Seen[] = [];
  const idle: Seen[] = [];
  for (let n = 0; n < Number(values.runs); n++) {
    followed.push(await followOne(one, usage));
    idle.push(await callOne(one, page, usage));
  }
  for (const [name, all] of [["after a run's end", followed], ["after a call while nothing runs", idle]] as const) {
    for (const [part, sorted] of [["gauge", all.map(({ gaugeMs }) => gaugeMs).sort((a, b) => a - b)], ["bars", all.map(({ barsMs }) => barsMs).sort((a, b) => a - b)]] as const) {
      console.log(`${part} ${name}: ${sorted.length} times, median ${sorted[Math.floor(sorted.length / 2)]} ms, slowest ${sorted.at(-1)} ms`);
    }
  }
  return Math.max(...[...followed, ...idle].map(({ gaugeMs }) => gaugeMs));
}

type Seen = { gaugeMs: number; barsMs: number };

/** One run, from its start to when the page has shown all of it. Both clocks are this machine's. */
async function followOne(one: Workspace, usage: UsagePage): Promise<Seen> {
  const [id = ""] = await queueRuns(one, 1, { input: TEXT });
  await usage.open();
  const run = await until(() => readRun(id), ({ status }) => status === "succeeded", 30_000);
  const { rows } = await owner().query<{ ended: Date; ms: number }>("SELECT (SELECT finished_at FROM run WHERE id = $1) AS ended, (SELECT sum(executed_ms)::int FROM run WHERE tenant_id = $2) AS ms", [id, one.tenantId]);
  const [ended, total] = [rows[0]?.ended.getTime() ?? 0, rows[0]?.ms ?? run.executed_ms];
  await until(() => usage.gauge("Agent-minutes").getAttribute("aria-valuenow"), (now) => now === String(total), 10_000);
  const gaugeMs = Date.now() - ended;
  await until(() => usage.executedMs(), (ms) => ms === total, 10_000);
  return { gaugeMs, barsMs: Date.now() - ended };
}

/** One call of the API while nobody does anything else, from its answer to when the page, which waits, has shown it. */
async function callOne(one: Workspace, page: Page, usage: UsagePage): Promise<Seen> {
  const waits = page.waitForRequest(/usage\/live\?.*after=/);
  await usage.open();
  await waits;
  const total = Number(await usage.gauge("API calls").getAttribute("aria-valuenow")) + 1;
  const answer = await fetch(`${env.APP_URL}/api/v1/agents`, { headers: { authorization: `Bearer ${one.secret}` } });
  if (!answer.ok) throw new Error(`the call was answered with ${answer.status}`);
  const called = Date.now();
  await until(() => usage.gauge("API calls").getAttribute("aria-valuenow"), (now) => now === String(total), 10_000);
  const gaugeMs = Date.now() - called;
  await until(() => page.locator("[data-total-calls]").getAttribute("data-total-calls"), (now) => now === String(total), 10_000);
  return { gaugeMs, barsMs: Date.now() - called };
}
