/** Workers that leave, politely and not, while a run streams. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { endLeftoverRuns, makeWorkspace, queueRuns, readCounter, readRun, sumLedger, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";
import { readEventsAfter } from "@/lib/runs/repo";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

vi.hoisted(() => {
  process.env.MODEL_CATALOGUE = JSON.stringify([
    { id: "stint-extract-1:slow", name: "Slow", input_micros_per_million: 1_000_000, output_micros_per_million: 1_000_000, context_tokens: 200_000, max_output_tokens: 10_000 },
  ]);
});

const TEXT = Array.from({ length: 16 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");
const workers: RunWorker[] = [];
const children: ChildProcess[] = [];

beforeEach(endLeftoverRuns);
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

async function begin(): Promise<{ one: Workspace; id: string }> {
  const one = await makeWorkspace();
  const [id = ""] = await queueRuns(one, 1, { model: "stint-extract-1:slow", input: TEXT });
  return { one, id };
}

function work(): RunWorker {
  const worker = startRunWorker(2);
  workers.push(worker);
  return worker;
}

const ended = (id: string): Promise<RunRecord> => until(() => readRun(id), (run) => isEnded(run.status), 30_000);
const typesOf = async (one: Workspace, id: string) => (await readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 1_000)).map(({ type }) => type);
const whenStreaming = (one: Workspace, id: string) => until(() => typesOf(one, id), (types) => types.includes("output.delta"));

/** The run ended once, and what it worked is in the ledger and the counter once. */
async function expectSettledOnce(one: Workspace, id: string): Promise<RunRecord> {
  const run = await readRun(id);
  const types = await typesOf(one, id);
  expect(types.filter((type) => type === "run.succeeded")).toHaveLength(1);
  expect(types.at(-1)).toBe("run.succeeded");
  expect(await readCounter(one)).toMatchObject({ usedMs: run.executed_ms, leasedMs: 0, usedMicros: run.model_spend_micros, leasedMicros: 0 });
  expect(await sumLedger(one, "agent_ms")).toBe(run.executed_ms);
  expect(await sumLedger(one, "agent_ms", { billed: false })).toBe(run.lost_ms);
  return run;
}

describe("a worker that is asked to stop", () => {
  test("hands its run back, and another one ends it", async () => {
    const { one, id } = await begin();
    const first = work();
    await whenStreaming(one, id);
    await first.stop(0);
    expect(await readRun(id)).toMatchObject({ status: "queued", worker_id: null, lease_ms: 0 });
    const second = work();
    await until(() => readRun(id), (run) => run.worker_id === second.id);
    expect(await ended(id)).toMatchObject({ status: "succeeded", attempt: 1, lost_ms: 0 });
    await expectSettledOnce(one, id);
    expect(await typesOf(one, id)).toContain("run.requeued");
  });

  test("given the time, it ends its run itself and takes no other", async () => {
    const { one, id } = await begin();
    const worker = work();
    await whenStreaming(one, id);
    const stopped = worker.stop(20_000);
    const late = await begin();
    await stopped;
    expect((await readRun(id)).status).toBe("succeeded");
    expect((await readRun(late.id)).status).toBe("queued");
    await expectSettledOnce(one, id);
  });
});

describe("a worker that is killed", () => {
  function spawnWorker(): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/worker.ts"], { stdio: "ignore", env: process.env });
    children.push(child);
    return child;
  }

  test("loses its slice; its run goes on elsewhere and is settled once", { timeout: 90_000 }, async () => {
    const { one, id } = await begin();
    const first = spawnWorker();
    await whenStreaming(one, id);
    const before = await readRun(id);
    first.kill("SIGKILL");
    await once(first, "exit");
    expect((await readRun(id)).status).toBe("running");
    const second = spawnWorker();
    const run = await ended(id);
    expect(run).toMatchObject({ status: "succeeded", attempt: 2, fence: before.fence + 1 });
    expect((await expectSettledOnce(one, id)).lost_ms).toBe(before.lease_ms);
    expect(run.output?.length).toBeGreaterThan(0);
    second.kill("SIGTERM");
    const [code] = await once(second, "exit");
    expect(code).toBe(0);
  });
});
