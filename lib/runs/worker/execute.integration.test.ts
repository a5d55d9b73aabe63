/** Runs, executed for real: worker, database and model server; the model fails on purpose by its name. */
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Limits, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb, withTenant } from "@/lib/platform/db";
import { callModel } from "@/lib/platform/model";
import { cancelRunRow, readEventsAfter } from "@/lib/runs/repo";
import type { Message } from "@/lib/runs/context";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

// Before the modules below read the environment.
const PRICES = vi.hoisted(() => {
  const limits = { context_tokens: 200_000, max_output_tokens: 10_000 };
  const free = { input_micros_per_million: 0, output_micros_per_million: 0, ...limits };
  const prices = { input_micros_per_million: 1_000_000, output_micros_per_million: 2_000_000 };
  process.env.MODEL_CATALOGUE = JSON.stringify([
    { id: "stint-extract-1", name: "Priced", ...prices, ...limits },
    ...["error-500", "error-429", "cut", "malformed", "slow"].map((fault) => ({ id: `stint-extract-1:${fault}`, name: fault, ...free })),
    { id: "no-such-model", name: "Unknown to the endpoint", ...free },
  ]);
  return prices;
});

/** Long enough that its summary streams in many pieces. */
const TEXT = Array.from({ length: 40 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");

const asked = (content: string): Message[] => [{ role: "user", content }];

let worker: RunWorker;
beforeAll(async () => {
  await endLeftoverRuns();
  worker = startRunWorker(4);
});
afterEach(endLeftoverRuns);
afterAll(async () => {
  await worker.stop(0);
  await closeDb();
});

const ended = (id: string): Promise<RunRecord> => until(() => readRun(id), (run) => isEnded(run.status), 20_000);

async function start(model: string, limits: Limits = {}, fields: { maxMs?: number; input?: string } = {}): Promise<{ one: Workspace; id: string }> {
  const one = await makeWorkspace(limits);
  const [id = ""] = await queueRuns(one, 1, { model, input: TEXT, ...fields });
  return { one, id };
}

const eventsOf = (one: Workspace, id: string) => readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 1_000);
const streamed = async (one: Workspace, id: string): Promise<string> => (await eventsOf(one, id)).filter(({ type }) => type === "output.delta").map(({ data }) => String(data.text)).join("");
const whenStreaming = (one: Workspace, id: string) => until(() => streamed(one, id), (text) => text.length > 0);

/** Whatever became of a run: nothing is leased any more, and run, ledger and counter say the same. */
async function expectSettled(one: Workspace, id: string): Promise<RunRecord> {
  const run = await readRun(id);
  const counter = await readCounter(one);
  expect(counter).toMatchObject({ usedMs: run.executed_ms, leasedMs: 0, usedMicros: run.model_spend_micros, leasedMicros: 0 });
  expect(await sumLedger(one, "agent_ms", { runId: id })).toBe(run.executed_ms);
  expect(await sumLedger(one, "model_micros", { runId: id })).toBe(run.model_spend_micros);
  return run;
}

describe("a run that succeeds", () => {
  test("streams what it ends with, has its step, its tokens and its price, and is settled to the millisecond", async () => {
    const { one, id } = await start("stint-extract-1");
    expect(await ended(id)).toMatchObject({ status: "succeeded", error_code: null, attempt: 1 });
    const run = await expectSettled(one, id);
    expect(run.output?.length).toBeGreaterThan(0);
    expect(await streamed(one, id)).toBe(run.output);
    const steps = await owner().query<{ output: string; input_tokens: number; output_tokens: number; model_spend_micros: number; start_ms: number; end_ms: number; finish_reason: string }>("SELECT * FROM step WHERE run_id = $1", [id]);
    expect(steps.rows).toHaveLength(1);
    const step = steps.rows[0];
    if (!step) throw new Error("no step");
    expect(step).toMatchObject({ output: run.output, finish_reason: "stop" });
    expect(step.input_tokens).toBeGreaterThan(500);
    expect(step.model_spend_micros).toBe(Math.ceil((step.input_tokens * PRICES.input_micros_per_million) / 1e6) + Math.ceil((step.output_tokens * PRICES.output_micros_per_million) / 1e6));
    expect(run.model_spend_micros).toBe(step.model_spend_micros);
    expect(step.end_ms).toBeLessThanOrEqual(run.executed_ms);
    expect(step.start_ms).toBeLessThan(step.end_ms);
    const events = await eventsOf(one, id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    expect(events.map(({ type }) => type).filter((type) => type !== "output.delta")).toEqual(["run.started", "step.started", "step.completed", "run.succeeded"]);
  });

  test("ten at once are each settled once", async () => {
    const one = await makeWorkspace();
    const ids = await queueRuns(one, 10, { input: TEXT });
    const runs = await Promise.all(ids.map(ended));
    expect(runs.map(({ status }) => status)).toEqual(ids.map(() => "succeeded"));
    const sum = runs.reduce((total, run) => total + run.executed_ms, 0);
    expect(await readCounter(one)).toMatchObject({ usedMs: sum, leasedMs: 0 });
    expect(await sumLedger(one, "agent_ms")).toBe(sum);
  });
});

describe("a model that fails", () => {
  test.each([
    ["error-500", "model_unavailable", /500/],
    ["error-429", "model_rate_limited", /rate limit/],
    ["cut", "model_invalid_response", /could not be read/],
    ["malformed", "model_invalid_response", /could not be read/],
  ])("by %s fails the run with %s and a reason a person understands", async (fault, code, message) => {
    const { one, id } = await start(`stint-extract-1:${fault}`);
    const run = await ended(id);
    expect(run).toMatchObject({ status: "failed", error_code: code });
    expect(run.error_message).toMatch(message);
    expect(run.error_message).not.toMatch(/\n|Error:|node_modules|127\.0\.0\.1/);
    await expectSettled(one, id);
  });

  test("neither what was sent nor what came is in the error that is logged", async () => {
    for (const fault of ["error-500", "malformed", "cut"]) {
      const call = { model: `stint-extract-1:${fault}`, instructions: "canary-one", messages: asked(`canary-two ${TEXT}`), maxOutputTokens: 1_000, signal: new AbortController().signal, onText: () => undefined };
      const error: unknown = await callModel(call).catch((thrown: unknown) => thrown);
      expect(inspect(error, { depth: 10, showHidden: true }), fault).not.toMatch(/canary|barge|messages/);
    }
  });

  test("what had come before the connection broke is kept", async () => {
    const { id } = await start("stint-extract-1:cut");
    expect((await ended(id)).output?.length).toBeGreaterThan(0);
  });

  test("the endpoint does not know the model", async () => {
    const { id } = await start("no-such-model");
    expect(await ended(id)).toMatchObject({ status: "failed", error_code: "model_rejected" });
  });

  test("the catalogue no longer has the model", async () => {
    const { id } = await start("gone-from-the-catalogue");
    expect(await ended(id)).toMatchObject({ status: "failed", error_code: "model_unknown" });
  });

  test.each(["hang", "hang-mid"])("by %s is given up after a silence", async (fault) => {
    const call = { model: `stint-extract-1:${fault}`, instructions: "", messages: asked(TEXT), maxOutputTokens: 1_000, signal: new AbortController().signal, onText: () => undefined };
    await expect(callModel(call, 400)).rejects.toMatchObject({ fault: "model_timeout" });
  });

  test("a slow one that never falls silent is waited for", async () => {
    const call = { model: "stint-extract-1:slow", instructions: "Summarise in two sentences.", messages: asked(TEXT), maxOutputTokens: 1_000, signal: new AbortController().signal, onText: () => undefined };
    expect((await callModel(call, 1_000)).text.length).toBeGreaterThan(0);
  });

  test("the endpoint is down", async () => {
    vi.resetModules();
    vi.stubEnv("MODEL_BASE_URL", "http://127.0.0.1:9/v1");
    const { callModel: callDown } = await import("@/lib/platform/model");
    const call = { model: "m", instructions: "", messages: asked("x"), maxOutputTokens: 10, signal: new AbortController().signal, onText: () => undefined };
    await expect(callDown(call)).rejects.toMatchObject({ fault: "model_unavailable", message: expect.stringContaining("could not be reached") as unknown });
    vi.unstubAllEnvs();
  });
});

describe("a run that is stopped keeps what it has", () => {
  async function expectPartial(one: Workspace, id: string): Promise<RunRecord> {
    const run = await expectSettled(one, id);
    expect(run.output?.length).toBeGreaterThan(0);
    expect((await streamed(one, id)).startsWith(run.output ?? "-")).toBe(true);
    return run;
  }

  test("by its caller", async () => {
    const { one, id } = await start("stint-extract-1:slow");
    await whenStreaming(one, id);
    expect(await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id))).toBe(true);
    expect(await ended(id)).toMatchObject({ status: "canceled", error_code: null });
    await expectPartial(one, id);
  });

  test("at a longest time of a few milliseconds", async () => {
    const { one, id } = await start("stint-extract-1:slow", {}, { maxMs: 30 });
    expect(await ended(id)).toMatchObject({ status: "timed_out", error_code: "run_timed_out", attempt: 1, lost_ms: 0 });
    expect((await expectSettled(one, id)).executed_ms).toBeLessThanOrEqual(30);
    expect((await eventsOf(one, id)).map(({ type }) => type)).not.toContain("run.requeued");
  });

  test("at its longest time, which it does not pass", async () => {
    const { one, id } = await start("stint-extract-1:slow", {}, { maxMs: 1_500 });
    expect(await ended(id)).toMatchObject({ status: "timed_out", error_code: "run_timed_out" });
    expect((await expectPartial(one, id)).executed_ms).toBeLessThanOrEqual(1_500);
  });

  test("at the cap, which it does not pass", async () => {
    const { one, id } = await start("stint-extract-1:slow", { minutesMs: 1_500 });
    expect(await ended(id)).toMatchObject({ status: "stopped", error_code: "minutes_cap_reached" });
    const run = await expectPartial(one, id);
    expect(run.executed_ms).toBeLessThanOrEqual(1_500);
    expect(run.executed_ms).toBeGreaterThan(700);
  });

  test("when its workspace is paused", async () => {
    const { one, id } = await start("stint-extract-1:slow");
    await whenStreaming(one, id);
    await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [one.tenantId]);
    expect(await ended(id)).toMatchObject({ status: "stopped", error_code: "tenant_paused" });
    await expectPartial(one, id);
  });

  test("before the model is called, when what is left does not cover the call", async () => {
    const { one, id } = await start("stint-extract-1", { spendMicros: 100 });
    expect(await ended(id)).toMatchObject({ status: "stopped", error_code: "spend_cap_reached", output: null, model_spend_micros: 0 });
    expect((await eventsOf(one, id)).map(({ type }) => type)).not.toContain("step.started");
    await expectSettled(one, id);
  });
});
