/**
 * `npm run bench:caps [rounds]`: many runs of random length on several worker processes against caps that they cannot
 * all fit. What was worked is read from the model server's own clock, not from our ledger. Prints a line a round and a
 * table; exits with 1 when a cap was passed or something was refused while a whole slice was free.
 * `--minutes=N` sets the cap of each workspace, `--runs=N` and `--tenants=N` the load.
 */
import { parseArgs } from "node:util";
import { closePools, owner } from "@/e2e/fixtures/workspace";
import { startTestStack, type TestStack } from "@/scripts/test/stack";
import { readMinutesRound, startMinutesRound } from "./caps/minutes";
import { readSpendRound, startSpendRound } from "./caps/spend";
import type { Round, RoundPlan } from "./caps/round";
import { random } from "./random";
import { startProgram } from "./processes";

const WORKERS = 4;
const { values } = parseArgs({ options: { rounds: { type: "string", default: "20" }, runs: { type: "string", default: "500" }, tenants: { type: "string", default: "20" }, minutes: { type: "string", default: "10" } } });
const plan: RoundPlan = { runs: Number(values.runs), tenants: Number(values.tenants), capMs: Math.round(Number(values.minutes) * 60_000) };

const stack = await startTestStack();
process.env.STINT_TEST_DATABASE_MIGRATE_URL = stack.env.DATABASE_MIGRATE_URL;
let failed = false;
try {
  await playAll("agent-minutes", startMinutesRound, readMinutesRound);
  await playAll("model spend", startSpendRound, readSpendRound);
} finally {
  await closePools();
  await stack.stop();
}
process.exit(failed ? 1 : 0);

async function playAll<State extends { models: string }>(name: string, start: (of: RoundPlan, next: () => number) => Promise<State>, read: (on: TestStack, state: State) => Promise<Round>): Promise<void> {
  const rounds: Round[] = [];
  for (let seed = 1; seed <= Number(values.rounds); seed++) {
    const round = await play(stack, () => start(plan, random(seed)), read);
    rounds.push(round);
    failed ||= round.faults.length > 0;
    console.log(`${name}, seed ${seed}: ${describe(round)}`);
    for (const fault of round.faults) console.log(`  FAULT ${fault}`);
  }
  printTotals(name, rounds);
}

/** One round: the runs are queued, the workers start at once, and everything ends before anything is read. */
async function play<State extends { models: string }>(on: TestStack, start: () => Promise<State>, read: (on: TestStack, state: State) => Promise<Round>): Promise<Round> {
  const state = await start();
  const env: NodeJS.ProcessEnv = { ...on.env, MODEL_CATALOGUE: state.models, WORKER_SLOTS: "64", DATABASE_POOL_SIZE: "20", LOG_LEVEL: "error", NODE_ENV: "production" };
  const workers = Array.from({ length: WORKERS }, () => startProgram(["--import", "tsx", "scripts/worker.ts"], env));
  try {
    await untilAllEnded();
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  return read(on, state);
}

async function untilAllEnded(): Promise<void> {
  for (;;) {
    const { rows } = await owner().query<{ open: number }>("SELECT count(*)::int AS open FROM run WHERE status IN ('queued', 'running')");
    if (rows[0]?.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function describe({ tenants, runs, stopped, refused, highest, lost, again, unused }: Round): string {
  return `${tenants} workspaces at their caps, ${runs} runs, ${stopped} stopped, ${refused} refused, highest use ${(100 * highest).toFixed(4)} % of a cap, platform's loss ${lost}, ${again} attempts again, most left unused ${unused} ms`;
}

function printTotals(name: string, rounds: Round[]): void {
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  console.log(`${name}: ${rounds.length} rounds, ${sum((one) => one.runs)} runs, ${sum((one) => one.faults.length)} faults, highest use ${(100 * Math.max(...rounds.map((one) => one.highest))).toFixed(4)} % of a cap, most by the model server's clock past a cap ${Math.max(...rounds.map((one) => one.pastByModelMs))} ms, platform's loss ${sum((one) => one.lost)}, attempts again ${sum((one) => one.again)}, most left unused ${Math.max(...rounds.map((one) => one.unused))} ms\n`);
}
