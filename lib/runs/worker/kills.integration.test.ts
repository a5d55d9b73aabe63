/** A hundred runs of five steps while their workers are killed at random: every run ends, and no tool is called twice that has answered. */
import { spawn, type ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTool } from "@/e2e/fixtures/tools";
import { startToolServer, type ToolServer } from "@/e2e/fixtures/tool-server";
import { endLeftoverRuns, makeAgent, makeWorkspace, owner, queueRuns, readCounter, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";
import { readEventsAfter } from "@/lib/runs/repo";
import { isEnded } from "@/lib/runs/schema";

const RUNS = 100;
const TOOLS = ["alpha", "beta", "gamma"];
const workers = new Set<ChildProcess>();
let server: ToolServer;

beforeAll(async () => {
  await endLeftoverRuns();
  server = await startToolServer();
});
afterAll(async () => {
  for (const one of workers) one.kill("SIGKILL");
  await server.close();
  await endLeftoverRuns();
  await closeDb();
});

function startWorker(): void {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/worker.ts"], { stdio: "ignore", env: { ...process.env, WORKER_SLOTS: "12", LOG_LEVEL: "error" } });
  workers.add(child);
  child.once("exit", () => workers.delete(child));
}

const runsOf = async (one: Workspace) => (await owner().query<{ id: string; status: string; attempt: number; output: string | null }>("SELECT id, status, attempt, output FROM run WHERE tenant_id = $1", [one.tenantId])).rows;

/** Kills a worker that has runs, and starts another, until every run has ended. Returns how many it killed. */
async function killUntilEnded(one: Workspace): Promise<number> {
  for (let kills = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const open = (await runsOf(one)).filter(({ status }) => !isEnded(status));
    if (open.length === 0) return kills;
    // The last few may end in peace.
    if (kills >= 10 || open.length < 10) continue;
    const victim = [...workers][Math.floor(Math.random() * workers.size)];
    victim?.kill("SIGKILL");
    kills += 1;
    startWorker();
  }
}

test("every run ends, stored calls are not repeated, unstored ones only under their key, and streams have no gap", { timeout: 240_000 }, async () => {
  const one = await makeWorkspace({ concurrentRuns: RUNS, queueDepth: RUNS });
  const tools = await Promise.all(TOOLS.map((name) => makeTool(one, { name, url: server.url(`/${name}?delay=300`) })));
  const agent = await makeAgent(one, "stint-extract-1", { tools });
  const ids = await queueRuns(one, RUNS, { agentId: agent.id, input: "Ask alpha, then beta, then gamma." });
  for (let n = 0; n < 3; n++) startWorker();
  const kills = await killUntilEnded(one);
  expect(kills).toBeGreaterThan(2);

  const runs = await runsOf(one);
  expect(runs.map(({ status }) => status)).toEqual(ids.map(() => "succeeded"));
  expect(runs.some(({ attempt }) => attempt > 1)).toBe(true);
  const { rows: steps } = await owner().query<{ run_id: string; seq: number; kind: string; output: string; stored_at: Date }>("SELECT run_id, seq, kind, output, created_at AS stored_at FROM step WHERE tenant_id = $1 ORDER BY run_id, seq", [one.tenantId]);
  expect(steps).toHaveLength(5 * RUNS);

  const stored = new Map(steps.map((step) => [`${step.run_id}-${step.seq}`, step.stored_at.getTime()]));
  for (const call of server.calls) {
    const at = stored.get(call.idempotencyKey);
    expect(at, `a call under ${call.idempotencyKey}`).toBeDefined();
    expect(call.at, `a call under ${call.idempotencyKey} after its answer was stored`).toBeLessThanOrEqual(at ?? 0);
  }
  expect(new Set(server.calls.map((call) => call.idempotencyKey)).size).toBe(TOOLS.length * RUNS);

  for (const run of runs) {
    const events = await readEventsAfter([{ tenantId: one.tenantId, runId: run.id, after: 0 }], 1_000);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    // A step that begins again, because its worker was lost, takes back what it had streamed.
    const began = events.findLastIndex(({ type, data }) => type === "step.started" && data.step === 5);
    const text = events.slice(began).filter(({ type }) => type === "output.delta").map(({ data }) => String(data.text)).join("");
    expect(text).toBe(run.output);
    expect(events.filter(({ type }) => type.startsWith("run.") && !["run.started", "run.requeued"].includes(type))).toHaveLength(1);
  }

  const counter = await until(() => readCounter(one), ({ leasedMs }) => leasedMs === 0);
  expect(await sumLedger(one, "agent_ms")).toBe(counter.usedMs);
});
