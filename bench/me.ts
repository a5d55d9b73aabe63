/**
 * `npm run bench`: an authenticated `GET /api/v1/me`, at our own server's door and through Next, beside a bare route behind
 * a do-nothing edge middleware, in turns, on a stack of its own. Prints requests/s, latency, CPU and round trips per
 * request, and their ratio. About two minutes.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closePools, makeWorkspace, owner } from "@/e2e/fixtures/workspace";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { startTestStack } from "@/scripts/test/stack";
import { findBuild } from "./build";
import { startCountingProxy, type CountingProxy } from "./counting-proxy";
import { startFloor } from "./floor";
import type { LoadResult } from "./load";
import { cpuMs, freePort, runNode, startServer, type Server } from "./processes";
import { topOf } from "./profile";
import { printTable, type Sample } from "./table";

const CONNECTIONS = 64;
const ROUNDS = 4;
const ROUND_MS = 6_000;
const WARM_UP_MS = 3_000;
const NEXT = join(PROJECT_FOLDER, "node_modules/next/dist/bin/next");

/** `--profile FOLDER` writes a CPU profile of our own server there, or with `--mount next` of Next's way, and prints its top functions instead of measuring. */
const { profile: PROFILES, mount: MOUNT } = parseArgs({ options: { profile: { type: "string" }, mount: { type: "string", default: "direct" } } }).values;

type Side = { name: string; server: Server; path: string; key?: string; stores?: { proxy: CountingProxy; metricsToken: string } };

const startedAt = performance.now();
const stops: (() => Promise<unknown>)[] = [];
try {
  await main();
} finally {
  for (const stop of stops.toReversed()) await stop();
}

async function main(): Promise<void> {
  say("starting a database, a gateway and three web servers");
  const stack = await startTestStack();
  stops.push(() => stack.stop());
  stops.push(closePools);
  process.env.STINT_TEST_DATABASE_MIGRATE_URL = stack.env.DATABASE_MIGRATE_URL;
  const { secret } = await makeWorkspace({ requestsPerMinute: 100_000_000 });
  const proxy = await startCountingProxy(stack.env.UPSTASH_REDIS_REST_URL ?? "");
  stops.push(() => proxy.stop());

  const env: NodeJS.ProcessEnv = { ...stack.env, NODE_ENV: "production", UPSTASH_REDIS_REST_URL: proxy.url, LOG_LEVEL: "error", NEXT_DIST_DIR: await findBuild(stack.env), NEXT_TELEMETRY_DISABLED: "1" };
  const start = async (mount: string, flags: string[] = []): Promise<Server> => {
    const server = await startServer([...flags, "--import", "tsx", "scripts/server.ts"], { env: { ...env, API_MOUNT: mount }, cwd: PROJECT_FOLDER, port: await freePort(), path: "/api/ready" });
    stops.push(() => server.stop());
    return server;
  };
  if (PROFILES) return profile(await start(MOUNT, ["--cpu-prof", "--cpu-prof-dir", PROFILES]), secret, PROFILES);
  const [direct, through] = [await start("direct"), await start("next")];
  const bare: NodeJS.ProcessEnv = { NODE_ENV: "production", PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: "1" };
  const floor = await startFloor(join(PROJECT_FOLDER, ".stint-bench/floor"), NEXT, bare, await freePort());
  stops.push(() => floor.stop());

  const stores = { proxy, metricsToken: stack.env.METRICS_TOKEN ?? "" };
  const sides: Side[] = [
    { name: "/me, own server", server: direct, path: "/api/v1/me", key: secret, stores },
    { name: "/me, through Next", server: through, path: "/api/v1/me", key: secret, stores },
    { name: "bare route", server: floor, path: "/api/bare" },
  ];
  for (const side of sides) await load(side, WARM_UP_MS);
  say(`measuring: ${ROUNDS} rounds of ${ROUND_MS / 1000} s each, in turns, ${CONNECTIONS} connections`);
  const columns = sides.map((side) => ({ name: side.name, side, samples: [] as Sample[] }));
  for (let round = 0; round < ROUNDS; round++) for (const column of columns) column.samples.push(await measure(column.side));
  printTable(columns);
  say("done");
}

async function load({ server, path, key }: Side, durationMs: number): Promise<LoadResult> {
  const args = ["--import", "tsx", "bench/load.ts", server.url + path, String(CONNECTIONS), String(durationMs), ...(key ? [key] : [])];
  // What load.ts prints is a LoadResult.
  const result = JSON.parse(await runNode(args, { env: process.env, cwd: PROJECT_FOLDER })) as LoadResult;
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.requests} requests to ${path} did not answer 200: these numbers would mean nothing`);
  return result;
}

async function profile(server: Server, key: string, folder: string): Promise<void> {
  await load({ name: "own server", server, path: "/api/v1/me", key }, 2 * ROUND_MS);
  await server.stop();
  for (const { name, share } of topOf(folder, 25, 2 * ROUND_MS)) console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${name}`);
}

async function measure(side: Side): Promise<Sample> {
  const { stores } = side;
  const before = { cpu: cpuMs(side.server.pid), redis: stores?.proxy.count() ?? 0, ...(await countDatabase(side, stores?.metricsToken)) };
  const result = await load(side, ROUND_MS);
  const after = { cpu: cpuMs(side.server.pid), redis: stores?.proxy.count() ?? 0, ...(await countDatabase(side, stores?.metricsToken)) };
  const perRequest = (key: keyof typeof after): number => (after[key] - before[key]) / result.requests;
  return {
    perSecond: result.requests / (result.elapsedMs / 1000), p50Ms: result.p50Ms, p99Ms: result.p99Ms,
    cpuMs: perRequest("cpu"), functionCalls: perRequest("functionCalls"), commits: perRequest("commits"), redis: perRequest("redis"),
  };
}

/** Calls of SQL functions as the application counts them, and transactions as the database does. */
async function countDatabase(side: Side, token: string | undefined): Promise<{ functionCalls: number; commits: number }> {
  if (token === undefined) return { functionCalls: 0, commits: 0 };
  const text = await (await fetch(`${side.server.url}/api/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  const functionCalls = Array.from(text.matchAll(/^stint_db_function_calls_total\{.*\} (\d+)/gm), (match) => Number(match[1])).reduce((sum, n) => sum + n, 0);
  const { rows } = await owner().query<{ commits: number }>("SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()");
  return { functionCalls, commits: rows[0]?.commits ?? 0 };
}

function say(text: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}
