/**
 * Cancel, cap and deadline, in every phase of a run: how long the model server and the tool server still work for it is
 * read from their own clocks.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { makeTool } from "@/e2e/fixtures/tools";
import { startToolServer, type ToolServer } from "@/e2e/fixtures/tool-server";
import { endLeftoverRuns, makeAgent, makeWorkspace, owner, queueRuns, readCounter, readRun, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow, readEventsAfter } from "@/lib/runs/repo";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

const CAUSES = ["cancel", "cap", "deadline"] as const;
type Cause = (typeof CAUSES)[number];

vi.hoisted(() => {
  const free = { name: "Model", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 10_000 };
  const labels = ["cancel", "cap", "deadline"].flatMap((cause) => [`pace-150.${cause}`, `flaky-99.stop-${cause}`]);
  process.env.MODEL_CATALOGUE = JSON.stringify([{ id: "stint-extract-1", ...free }, ...labels.map((label) => ({ id: `stint-extract-1:${label}`, ...free }))]);
});

const TEXT = Array.from({ length: 60 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");
/** The second that the product promises. */
const MOST_MS = 1_000;
const DEADLINE_MS = 2_500;

let worker: RunWorker;
let server: ToolServer;
beforeAll(async () => {
  await endLeftoverRuns();
  server = await startToolServer();
  worker = startRunWorker(8);
});
afterEach(endLeftoverRuns);
afterAll(async () => {
  await worker.stop(0);
  await server.close();
  await closeDb();
});

type Activity = { startedAt: number; endedAt: number | null };

/** What the model server did for a model of this name, by its own clock. */
async function modelActivity(model: string): Promise<Activity[]> {
  const response = await fetch(new URL("/_log", process.env.MODEL_BASE_URL), { headers: { authorization: `Bearer ${process.env.MODEL_API_KEY}` } });
  // Its own log, in the shape of local/model/request-log.ts.
  const log = (await response.json()) as { model: string; started_at: number; ended_at: number | null }[];
  return log.filter((entry) => entry.model === model).map((entry) => ({ startedAt: entry.started_at, endedAt: entry.ended_at }));
}

const toolActivity = (path: string): Promise<Activity[]> => Promise.resolve(server.calls.filter((call) => call.path === path).map((call) => ({ startedAt: call.at, endedAt: call.endedAt })));
const hasEvent = async (one: Workspace, id: string, type: string) => (await readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 1_000)).some((event) => event.type === type);
const slowTool = (one: Workspace) => makeTool(one, { name: "slowly", url: server.url(`/${one.slug}?delay=30000`) });

type Phase = { begin: (one: Workspace, cause: Cause, maxMs: number) => Promise<string>; hasBegun: (one: Workspace, id: string) => Promise<boolean>; activity: (one: Workspace, cause: Cause) => Promise<Activity[]> };

const PHASES: Record<string, Phase> = {
  "while the model streams": {
    begin: async (one, cause, maxMs) => (await queueRuns(one, 1, { model: `stint-extract-1:pace-150.${cause}`, input: TEXT, maxMs }))[0] ?? "",
    hasBegun: (one, id) => hasEvent(one, id, "output.delta"),
    activity: (_one, cause) => modelActivity(`stint-extract-1:pace-150.${cause}`),
  },
  "while a tool runs": {
    begin: async (one, _cause, maxMs) => {
      const agent = await makeAgent(one, "stint-extract-1", { tools: [await slowTool(one)] });
      return (await queueRuns(one, 1, { agentId: agent.id, input: "Go slowly.", maxMs }))[0] ?? "";
    },
    hasBegun: async (one) => (await toolActivity(`/${one.slug}`)).length > 0,
    activity: (one) => toolActivity(`/${one.slug}`),
  },
  "while a child runs": {
    begin: async (one, _cause, maxMs) => {
      const child = await makeAgent(one, "stint-extract-1", { tools: [await slowTool(one)] });
      const agent = await makeAgent(one, "stint-extract-1", { delegates: [child.id] });
      return (await queueRuns(one, 1, { agentId: agent.id, input: `ask ${child.slug} slowly`, maxMs }))[0] ?? "";
    },
    hasBegun: async (one) => (await toolActivity(`/${one.slug}`)).length > 0,
    activity: (one) => toolActivity(`/${one.slug}`),
  },
  "while it backs off": {
    begin: async (one, cause, maxMs) => {
      const agent = await makeAgent(one, "stint-extract-1", { retries: 5 });
      return (await queueRuns(one, 1, { agentId: agent.id, model: `stint-extract-1:flaky-99.stop-${cause}`, maxMs }))[0] ?? "";
    },
    hasBegun: (one, id) => hasEvent(one, id, "step.retrying"),
    activity: (_one, cause) => modelActivity(`stint-extract-1:flaky-99.stop-${cause}`),
  },
};

/** Makes the cause happen; returns from when on nothing should work for the run any more. */
async function bring(cause: Cause, one: Workspace, id: string): Promise<number> {
  if (cause === "cancel") await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
  else if (cause === "cap") await owner().query("INSERT INTO tenant_override (tenant_id, minutes_ms, reason, set_by) VALUES ($1, 1, 'test', 'test')", [one.tenantId]);
  else return (await startOf(id)) + DEADLINE_MS;
  return Date.now();
}

async function startOf(id: string): Promise<number> {
  const { rows } = await owner().query<{ at: Date }>("SELECT started_at AS at FROM run WHERE id = $1", [id]);
  return rows[0]?.at.getTime() ?? 0;
}

const ended = (id: string): Promise<RunRecord> => until(() => readRun(id), (run) => isEnded(run.status), 20_000);
const STATUS: Record<Cause, string> = { cancel: "canceled", cap: "stopped", deadline: "timed_out" };

describe.each(Object.entries(PHASES))("%s", (name, phase) => {
  // A run that waits to try again is not executing: its time stands still, and so its deadline does.
  const causes = name === "while it backs off" ? (["cancel", "cap"] as const) : CAUSES;

  test.each(causes)("a %s acts within a second", async (cause) => {
    const one = await makeWorkspace();
    const id = await phase.begin(one, cause, cause === "deadline" ? DEADLINE_MS : 600_000);
    await until(() => phase.hasBegun(one, id), Boolean, 15_000);
    const from = await bring(cause, one, id);
    const run = await ended(id);
    expect(run).toMatchObject({ status: STATUS[cause] });
    const { rows } = await owner().query<{ at: Date }>("SELECT finished_at AS at FROM run WHERE id = $1", [id]);
    expect((rows[0]?.at.getTime() ?? 0) - from).toBeLessThan(MOST_MS);
    const activity = await until(() => phase.activity(one, cause), (all) => all.every(({ endedAt }) => endedAt !== null));
    expect(activity.length).toBeGreaterThan(0);
    for (const { startedAt, endedAt } of activity) {
      expect(startedAt - from).toBeLessThan(MOST_MS);
      expect((endedAt ?? 0) - from).toBeLessThan(MOST_MS);
    }
    await until(() => readCounter(one), ({ leasedMs }) => leasedMs === 0);
  });
});

describe("between steps", () => {
  test.each(["cancel", "cap"] as const)("a %s acts within a second: of many short calls, those that have not begun are not made", async (cause) => {
    const one = await makeWorkspace();
    const names = Array.from({ length: 32 }, (_, n) => `tool${String.fromCharCode(97 + (n % 26))}${n}`);
    const tools = await Promise.all(names.map((name) => makeTool(one, { name, url: server.url(`/${one.slug}?delay=500`) })));
    const agent = await makeAgent(one, "stint-extract-1", { tools });
    const [id = ""] = await queueRuns(one, 1, { agentId: agent.id, input: `Ask ${names.join(", ")}.` });
    // Eight at once have answered, and their steps are stored: from here on one step follows the other all the time.
    await until(async () => (await owner().query("SELECT 1 FROM step WHERE run_id = $1 AND kind = 'tool'", [id])).rowCount, (stored) => (stored ?? 0) > 0, 15_000);
    const from = await bring(cause, one, id);
    expect(await ended(id)).toMatchObject({ status: STATUS[cause] });
    const activity = await until(() => toolActivity(`/${one.slug}`), (all) => all.every(({ endedAt }) => endedAt !== null));
    expect(activity.length).toBeLessThan(names.length);
    for (const { startedAt, endedAt } of activity) expect(Math.max(startedAt, endedAt ?? 0) - from).toBeLessThan(MOST_MS);
  });
});

describe("while it waits in the queue", () => {
  test.each(["cancel", "cap"] as const)("a %s acts within a second, and no model is called", async (cause) => {
    const one = await makeWorkspace({ concurrentRuns: 1 });
    const [first = "", second = ""] = await queueRuns(one, 2, { model: `stint-extract-1:pace-150.${cause}`, input: TEXT });
    await until(() => readRun(first), (run) => run.status === "running");
    const before = (await modelActivity(`stint-extract-1:pace-150.${cause}`)).length;
    const from = await bring(cause, one, second);
    expect(await ended(second)).toMatchObject({ status: STATUS[cause], executed_ms: 0 });
    const { rows } = await owner().query<{ at: Date }>("SELECT finished_at AS at FROM run WHERE id = $1", [second]);
    expect((rows[0]?.at.getTime() ?? 0) - from).toBeLessThan(MOST_MS);
    expect((await modelActivity(`stint-extract-1:pace-150.${cause}`)).length - before).toBeLessThanOrEqual(1);
  });
});
