/**
 * `npm run bench:faults [--seconds=120]`: steady load on three web processes behind one port and two workers while processes are killed at
 * random (twenty times `kill -9`), PostgreSQL restarts twice and Redis hangs for thirty seconds. Afterwards everything
 * that was acknowledged has to be there once: calls, runs, alerts; nothing may still be leased, and the reconciliation
 * may find no difference. Prints what was done and found; exits with 1 when a promise was broken.
 */
import { parseArgs } from "node:util";
import { childrenOf } from "@/e2e/fixtures/processes";
import { closePools, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { startTestStack } from "@/scripts/test/stack";
import { findBuild } from "./build";
import { ask, newTally, type Client, type Tally } from "./faults/client";
import { findBrokenPromises } from "./faults/promises";
import { keepRunning, type Kept } from "./faults/kept";
import { freePort, runNode } from "./processes";
import { between, random } from "./random";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "120" }, seed: { type: "string", default: "1" } } });
const RUN_MS = Number(values.seconds) * 1_000;
const KILLS = 20;
const REDIS_HANGS_MS = 30_000;
const CLIENTS = 48;
const WEB_PROCESSES = 3;

const next = random(Number(values.seed));
const stack = await startTestStack({ unsafeFast: false });
process.env.STINT_TEST_DATABASE_MIGRATE_URL = stack.env.DATABASE_MIGRATE_URL;
const kept: Kept[] = [];
let broken: string[] = [];
try {
  broken = await main();
} finally {
  await Promise.all(kept.map((one) => one.stop()));
  await closePools();
  await stack.stop();
}
for (const promise of broken) console.log(`BROKEN ${promise}`);
console.log(broken.length === 0 ? "every promise held" : `${broken.length} promises broken`);
process.exit(broken.length > 0 ? 1 : 0);

async function main(): Promise<string[]> {
  // Caps that some of them reach on the way, of minutes and of calls, so that thresholds are crossed while things die.
  const workspaces = await Promise.all(Array.from({ length: 8 }, (_, n) => makeWorkspace({ minutesMs: n % 2 === 0 ? 3_600_000 : 20_000, apiCalls: n % 3 === 0 ? 400 : 1_000_000, concurrentRuns: 3, queueDepth: 10_000 })));
  const env: NodeJS.ProcessEnv = { ...stack.env, NODE_ENV: "production", LOG_LEVEL: "fatal", NEXT_DIST_DIR: await findBuild(stack.env), NEXT_TELEMETRY_DISABLED: "1", WORKER_SLOTS: "8" };
  const port = await freePort();
  const webs = keepRunning("web", ["--import", "tsx", "scripts/server.ts"], { ...env, PORT: String(port), WEB_PROCESSES: String(WEB_PROCESSES) });
  const workers = [1, 2].map((n) => keepRunning(`worker ${n}`, ["--import", "tsx", "scripts/worker.ts"], env));
  kept.push(webs, ...workers);
  await untilReady(port);

  const tally = newTally();
  const endsAt = performance.now() + RUN_MS;
  const clients = Array.from({ length: CLIENTS }, (_, n) => loadFrom({ url: `http://127.0.0.1:${port}`, workspace: workspaces[n % workspaces.length] as Workspace, tally }, endsAt));
  await Promise.all([disturb(webs, workers, tally, endsAt), ...clients]);
  const latencies = tally.latencies.toSorted((a, b) => a - b);
  console.log(`sent ${tally.sent} (${Math.round(tally.sent / (RUN_MS / 1_000))} a second), acknowledged ${tally.acknowledged}, refused ${tally.refused}, under way when something died ${tally.unsure}, never sent ${tally.neverSent}; runs acknowledged ${tally.runs.size}`);
  console.log(`median answer ${latencies[Math.floor(latencies.length / 2)]?.toFixed(0)} ms, 99th of a hundred ${latencies[Math.floor(latencies.length * 0.99)]?.toFixed(0)} ms`);

  await untilEnded();
  await untilProjected();
  const promises = await findBrokenPromises(workspaces, tally);
  const report = await runNode(["--import", "tsx", "scripts/reconcile.ts"], { env, cwd: PROJECT_FOLDER }).catch((error: unknown) => String(error));
  console.log(report.trim().split("\n").at(-1));
  return /no difference|agree/i.test(report) ? promises : [...promises, `reconciliation: ${report}`];
}

async function loadFrom(client: Client, until: number): Promise<void> {
  for (let n = 0; performance.now() < until; n++) await ask(client, n % 20 === 0 ? "run" : "call");
}

/** Twenty kills at random moments, two restarts of PostgreSQL (one clean, one as after a crash), and a Redis that hangs. */
async function disturb(webs: Kept, workers: Kept[], tally: Tally, until: number): Promise<void> {
  const began = performance.now();
  const spanMs = until - began - 5_000;
  const at = Array.from({ length: KILLS }, () => next() * spanMs).sort((a, b) => a - b);
  const kill = (): void => {
    const processes = [...workers.map((worker) => worker.pid()), ...childrenOf(webs.pid())];
    const pid = processes[between(next, 0, processes.length - 1)];
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  };
  const events: { atMs: number; name: string; act: () => void }[] = [
    ...at.map((atMs) => ({ atMs, name: "kill -9", act: kill })),
    { atMs: spanMs * 0.3, name: "PostgreSQL restarts", act: () => process.kill(stack.pidOf("postgres"), "SIGINT") },
    { atMs: spanMs * 0.75, name: "PostgreSQL crashes", act: () => process.kill(stack.pidOf("postgres"), "SIGQUIT") },
    { atMs: spanMs * 0.4, name: "Redis hangs", act: hangRedis },
  ];
  for (const event of events.sort((a, b) => a.atMs - b.atMs)) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + event.atMs - performance.now())));
    event.act();
    console.log(`${((performance.now() - began) / 1000).toFixed(1)} s: ${event.name}; under way when something died so far: ${tally.unsure}`);
  }
}

function hangRedis(): void {
  const pid = stack.pidOf("redis");
  process.kill(pid, "SIGSTOP");
  setTimeout(() => process.kill(pid, "SIGCONT"), REDIS_HANGS_MS);
}

async function untilReady(port: number): Promise<void> {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/api/ready`).then((response) => response.ok, () => false);
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function untilEnded(): Promise<void> {
  for (let waited = 0; waited < 240_000; waited += 500) {
    const { rows } = await owner().query<{ open: number }>("SELECT count(*)::int AS open FROM run WHERE status IN ('queued', 'running')");
    if (rows[0]?.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("runs are still open after four minutes");
}

/** The workers project about once a second; a few turns after the last write there is nothing left. */
async function untilProjected(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5_000));
}
