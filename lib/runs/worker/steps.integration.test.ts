/** Runs of several steps: tools, other agents, conversations, limits of their own. Worker, database, model and tool server are real. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { makeTool } from "@/e2e/fixtures/tools";
import { startToolServer, type ToolServer } from "@/e2e/fixtures/tool-server";
import { endLeftoverRuns, makeAgent, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Limits, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import type { AgentConfig } from "@/lib/agents/schema";
import { newId } from "@/lib/core/ids";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow, readEventsAfter } from "@/lib/runs/repo";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

vi.hoisted(() => {
  const free = { name: "Model", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 10_000 };
  const priced = { ...free, output_micros_per_million: 1_000_000, max_output_tokens: 1_000 };
  process.env.MODEL_CATALOGUE = JSON.stringify([
    { id: "stint-extract-1", ...free }, { id: "stint-extract-1:pace-200.priced", ...priced }, { id: "stint-extract-1:slow", ...free },
    ...["a", "b", "c"].map((label) => ({ id: `stint-extract-1:flaky-2.${label}`, ...free })),
  ]);
});

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

const ended = (id: string): Promise<RunRecord> => until(() => readRun(id), (run) => isEnded(run.status), 30_000);
const eventsOf = (one: Workspace, id: string) => readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 1_000);
const callsTo = (path: string) => server.calls.filter((call) => call.path === path);
type StepRow = { seq: number; kind: string; name: string; output: string; detail: { ok?: boolean; child_run_id?: string } };
const stepsOf = async (id: string) => (await owner().query<StepRow>("SELECT seq, kind, name, output, detail FROM step WHERE run_id = $1 ORDER BY seq", [id])).rows;
const childrenOf = async (id: string) => (await owner().query<{ id: string; status: string; depth: number; root_run_id: string }>("SELECT id, status, depth, root_run_id FROM run WHERE parent_run_id = $1 ORDER BY id", [id])).rows;

async function start(one: Workspace, config: Partial<AgentConfig>, input: string, fields: { model?: string; maxMs?: number } = {}): Promise<string> {
  const agent = await makeAgent(one, fields.model ?? "stint-extract-1", config);
  const [id = ""] = await queueRuns(one, 1, { agentId: agent.id, input, ...fields });
  return id;
}

/** A workspace with HTTP tools of these names, each at its own path of the tool server. */
async function withTools(names: string[], query = "", limits: Limits = {}): Promise<{ one: Workspace; tools: string[]; path: (name: string) => string }> {
  const one = await makeWorkspace(limits);
  const path = (name: string): string => `/${one.slug}-${name}`;
  return { one, path, tools: await Promise.all(names.map((name) => makeTool(one, { name, url: server.url(`${path(name)}${query}`) }))) };
}

async function expectSettled(one: Workspace): Promise<void> {
  const { rows } = await owner().query<{ ms: number; micros: number }>("SELECT sum(executed_ms)::bigint AS ms, sum(model_spend_micros)::bigint AS micros FROM run WHERE tenant_id = $1", [one.tenantId]);
  expect(await readCounter(one)).toMatchObject({ usedMs: rows[0]?.ms, leasedMs: 0, usedMicros: rows[0]?.micros, leasedMicros: 0 });
  expect(await sumLedger(one, "agent_ms")).toBe(rows[0]?.ms);
}

describe("tools", () => {
  test("are called as the model asks, each call a step, and the model answers with what they gave", async () => {
    const { one, tools, path } = await withTools(["alpha", "beta", "gamma"]);
    const id = await start(one, { tools }, "Ask alpha, then beta, then gamma.");
    const run = await ended(id);
    expect(run).toMatchObject({ status: "succeeded" });
    const steps = await stepsOf(id);
    expect(steps.map(({ seq, kind, name }) => [seq, kind, name])).toEqual([[1, "model", "stint-extract-1"], [2, "tool", "alpha"], [3, "tool", "beta"], [4, "tool", "gamma"], [5, "model", "stint-extract-1"]]);
    for (const name of ["alpha", "beta", "gamma"]) {
      expect(callsTo(path(name))).toHaveLength(1);
      expect(run.output).toContain(`The ${path(name).slice(1)} tool answered.`);
    }
    expect(new Set(server.calls.filter((call) => call.path.startsWith(`/${one.slug}`)).map((call) => call.idempotencyKey))).toEqual(new Set([2, 3, 4].map((seq) => `${id}-${seq}`)));
    const types = (await eventsOf(one, id)).map(({ type }) => type);
    expect(types.filter((type) => type === "step.started")).toHaveLength(5);
    expect(types.filter((type) => type === "step.completed")).toHaveLength(5);
    await expectSettled(one);
  });

  test("that fail say so to the model, and the run goes on", async () => {
    const { one, tools } = await withTools(["alpha"]);
    await owner().query("UPDATE tool SET config = jsonb_set(config::jsonb, '{url}', '\"http://127.0.0.1:1/\"')::json WHERE id = $1", [tools[0]]);
    const id = await start(one, { tools }, "Ask alpha.");
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
    expect((await stepsOf(id))[1]).toMatchObject({ kind: "tool", detail: { ok: false } });
  });

  test("are hung up on when their run is canceled, and what was stored stays", async () => {
    const { one, tools, path } = await withTools(["alpha"], "?delay=20000");
    const id = await start(one, { tools }, "Ask alpha.");
    await until(() => Promise.resolve(callsTo(path("alpha"))), (calls) => calls.length === 1);
    const canceledAt = Date.now();
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    expect(await ended(id)).toMatchObject({ status: "canceled" });
    const [call] = callsTo(path("alpha"));
    await until(() => Promise.resolve(call?.endedAt), (at) => typeof at === "number");
    expect(call).toMatchObject({ aborted: true });
    expect((call?.endedAt ?? 0) - canceledAt).toBeLessThan(1_500);
    expect((await stepsOf(id)).map(({ kind }) => kind)).toEqual(["model"]);
    await expectSettled(one);
  });
});

describe("a run's own limits", () => {
  test("its model calls", async () => {
    const { one, tools } = await withTools(["alpha"]);
    const id = await start(one, { tools, max_steps: 1 }, "Ask alpha.");
    expect(await ended(id)).toMatchObject({ status: "failed", error_code: "max_steps_reached" });
    expect((await stepsOf(id)).map(({ kind }) => kind)).toEqual(["model", "tool"]);
  });

  test("its model spend", async () => {
    const { one, tools } = await withTools(["alpha"]);
    const id = await start(one, { tools }, "Ask alpha.", { model: "stint-extract-1:pace-200.priced" });
    await owner().query("UPDATE run SET max_spend_micros = 999 WHERE id = $1", [id]);
    expect(await ended(id)).toMatchObject({ status: "stopped", error_code: "run_spend_cap_reached", model_spend_micros: 0 });
    await expectSettled(one);
  });

  test("a schema for its answer, which the model is asked to mend twice", async () => {
    const one = await makeWorkspace();
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const good = await start(one, { output_schema: schema }, '{"city":"Oslo"}');
    expect(await ended(good)).toMatchObject({ status: "succeeded", output: '{"city":"Oslo"}' });
    const bad = await start(one, { output_schema: schema }, "The barge carried gravel from the quarry.");
    expect(await ended(bad)).toMatchObject({ status: "failed", error_code: "output_invalid" });
    expect(await stepsOf(bad)).toHaveLength(3);
  });
});

describe("a model that is busy", () => {
  test("is asked again as often as the agent says, and the waiting is not billed", async () => {
    const one = await makeWorkspace();
    const id = await start(one, { retries: 2 }, "One sentence stands here.", { model: "stint-extract-1:flaky-2.a" });
    const run = await ended(id);
    expect(run).toMatchObject({ status: "succeeded" });
    const waits = (await eventsOf(one, id)).filter(({ type }) => type === "step.retrying").map(({ data }) => Number(data.wait_ms));
    expect(waits).toHaveLength(2);
    const { rows } = await owner().query<{ ms: number }>("SELECT (extract(epoch FROM finished_at - started_at) * 1000)::int AS ms FROM run WHERE id = $1", [id]);
    expect(run.executed_ms).toBeLessThanOrEqual((rows[0]?.ms ?? 0) - waits.reduce((sum, ms) => sum + ms, 0) + 5);
    await expectSettled(one);
  });

  test("fails the run after that, unbilled", async () => {
    const one = await makeWorkspace();
    const id = await start(one, { retries: 1 }, "One sentence stands here.", { model: "stint-extract-1:flaky-2.b" });
    expect(await ended(id)).toMatchObject({ status: "failed", error_code: "model_rate_limited", executed_ms: 0 });
  });

  test("can be canceled while it waits", async () => {
    const one = await makeWorkspace();
    const id = await start(one, { retries: 5 }, "One sentence stands here.", { model: "stint-extract-1:flaky-2.c" });
    await until(() => eventsOf(one, id), (events) => events.some(({ type }) => type === "step.retrying"));
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    expect(await ended(id)).toMatchObject({ status: "canceled" });
  });
});

describe("other agents", () => {
  test("do work as runs of their own, below the one that waits, on the same meter and without a slot of their own", async () => {
    const one = await makeWorkspace({ concurrentRuns: 1 });
    const leaf = await makeAgent(one, "stint-extract-1");
    const id = await start(one, { delegates: [leaf.id] }, `Please ask ${leaf.slug} about the barge. The barge carried gravel.`);
    const run = await ended(id);
    expect(run).toMatchObject({ status: "succeeded" });
    const [child] = await childrenOf(id);
    expect(child).toMatchObject({ status: "succeeded", depth: 1, root_run_id: id });
    expect((await stepsOf(id))[1]).toMatchObject({ kind: "tool", detail: { ok: true, child_run_id: child?.id } });
    await expectSettled(one);
  });

  test("are canceled with the one that waits, at once, however deep", async () => {
    const one = await makeWorkspace();
    const { tools, path } = { tools: [await makeTool(one, { name: "slowly", url: server.url(`/${one.slug}?delay=20000`) })], path: `/${one.slug}` };
    const leaf = await makeAgent(one, "stint-extract-1", { tools });
    const middle = await makeAgent(one, "stint-extract-1", { delegates: [leaf.id] });
    const id = await start(one, { delegates: [middle.id] }, `ask ${middle.slug} to ask ${leaf.slug} slowly`);
    await until(() => Promise.resolve(callsTo(path)), (calls) => calls.length === 1, 15_000);
    const canceledAt = Date.now();
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    await ended(id);
    const [call] = callsTo(path);
    await until(() => Promise.resolve(call?.endedAt), (at) => typeof at === "number");
    expect((call?.endedAt ?? 0) - canceledAt).toBeLessThan(1_500);
    const { rows } = await until(() => owner().query<{ status: string }>("SELECT status FROM run WHERE tenant_id = $1", [one.tenantId]), ({ rows: all }) => all.every(({ status }) => isEnded(status)));
    expect(rows.map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
    await expectSettled(one);
  });

  test("that would call each other in a circle are not offered", async () => {
    const one = await makeWorkspace();
    const [first, second] = [await makeAgent(one, "stint-extract-1"), await makeAgent(one, "stint-extract-1")];
    for (const [agent, other] of [[first, second], [second, first]] as const) {
      await owner().query("UPDATE agent_version SET config = config || jsonb_build_object('delegates', jsonb_build_array($2::text)) WHERE agent_id = $1", [agent.id, other.id]);
    }
    const [id = ""] = await queueRuns(one, 1, { agentId: first.id, input: `ask ${second.slug} to ask ${first.slug}` });
    expect(await ended(id)).toMatchObject({ status: "succeeded" });
    const [child] = await childrenOf(id);
    expect(child).toMatchObject({ status: "succeeded" });
    expect(await childrenOf(child?.id ?? "")).toEqual([]);
  });

  test("cannot outlast the time of the one that waits", async () => {
    const one = await makeWorkspace();
    const leaf = await makeAgent(one, "stint-extract-1", { tools: [await makeTool(one, { name: "slowly", url: server.url(`/${one.slug}?delay=20000`) })] });
    const id = await start(one, { delegates: [leaf.id] }, `ask ${leaf.slug} slowly`, { maxMs: 2_000 });
    const run = await ended(id);
    expect(run).toMatchObject({ status: "timed_out" });
    expect(run.executed_ms).toBeLessThanOrEqual(2_000);
    const [child] = await until(() => childrenOf(id), (all) => all.every(({ status }) => isEnded(status)));
    expect(["timed_out", "canceled"]).toContain(child?.status);
    await expectSettled(one);
  });
});

describe("a conversation", () => {
  test("goes on from the run before it", async () => {
    const one = await makeWorkspace();
    const first = await start(one, {}, "The barge carried gravel from the quarry.");
    await ended(first);
    const id = newId("run");
    await owner().query(
      `INSERT INTO run (id, tenant_id, agent_id, agent_version, input, metadata, model, max_ms, previous_run_id) VALUES ($1, $2, $3, 1, 'The second barge carried sand.', '{}', 'stint-extract-1', 60000, $4)`,
      [id, one.tenantId, one.agentId, first]);
    expect(await ended(id)).toMatchObject({ status: "succeeded", output: "The second barge carried sand." });
    const { rows } = await owner().query<{ tokens: number }>("SELECT input_tokens AS tokens FROM step WHERE run_id = ANY ($1) ORDER BY run_id = $2", [[first, id], id]);
    // The model was told what was said before.
    expect(rows[1]?.tokens).toBeGreaterThan(1.5 * (rows[0]?.tokens ?? 0));
  });
});
