/** Caps that move while runs wait and stream, with a real worker: each change acts within a second. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Limits, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { newId } from "@/lib/core/ids";
import { pauseTenant, resumeTenant } from "@/lib/caps/pausing";
import { setOverage } from "@/lib/caps/service";
import { closeDb } from "@/lib/platform/db";
import { readEventsAfter } from "@/lib/runs/repo";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

// Before the modules below read the environment.
vi.hoisted(() => {
  process.env.MODEL_CATALOGUE = JSON.stringify([
    { id: "stint-extract-1:slow", name: "Slow", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 10_000 },
  ]);
});

/** Long enough that a run streams for several seconds. */
const TEXT = Array.from({ length: 40 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");
/** The promise, and what a busy machine may add to a measurement. */
const SECOND = 1_000;
const SLACK = 500;

let worker: RunWorker;
let staff = "";
beforeAll(async () => {
  await endLeftoverRuns();
  staff = newId("usr");
  await owner().query("INSERT INTO user_account (id, email, name, is_staff) VALUES ($1, $2, 'Staff', true)", [staff, `${staff}@test.example`]);
  worker = startRunWorker(8);
});
afterEach(endLeftoverRuns);
afterAll(async () => {
  await worker.stop(0);
  await closeDb();
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
const override = (of: Workspace, values: Record<string, unknown> | null) => owner().query("SELECT staff_set_override($1, $2, $3, '', '')", [staff, of.tenantId, values && JSON.stringify({ reason: "agreed", ...values })]);
const textOf = async (of: Workspace, id: string) => (await readEventsAfter([{ tenantId: of.tenantId, runId: id, after: 0 }], 1_000)).filter(({ type }) => type === "output.delta").map(({ data }) => String(data.text)).join("");
const whenStreaming = (of: Workspace, id: string) => until(() => textOf(of, id), (text) => text.length > 0);

async function begin(limits: Limits = {}): Promise<{ one: Workspace; id: string }> {
  const one = await makeWorkspace(limits);
  const [id = ""] = await queueRuns(one, 1, { model: "stint-extract-1:slow", input: TEXT });
  return { one, id };
}

/** Makes the change and waits for what it brings; says how many milliseconds after the commit it was there. */
async function timed<T>(change: () => Promise<unknown>, ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<number> {
  await change();
  const began = performance.now();
  await until(ask, isGood, 10_000);
  return performance.now() - began;
}

const whenEnded = (change: () => Promise<unknown>, id: string) => timed(change, () => readRun(id), (run) => isEnded(run.status));

async function expectStopped(one: Workspace, id: string, code: string): Promise<RunRecord> {
  const run = await readRun(id);
  expect(run).toMatchObject({ status: "stopped", error_code: code });
  expect(run.error_message).toMatch(/The output so far is kept/);
  expect(run.output?.length).toBeGreaterThan(0);
  expect((await textOf(one, id)).startsWith(run.output ?? "-")).toBe(true);
  expect(await readCounter(one)).toMatchObject({ usedMs: run.executed_ms, leasedMs: 0 });
  expect(await sumLedger(one, "agent_ms")).toBe(run.executed_ms);
  return run;
}

describe("a change acts within a second", () => {
  test("more minutes, or one more slot, let a waiting run begin", async () => {
    const { one, id } = await begin({ concurrentRuns: 1 });
    const [waiting = ""] = await queueRuns(one, 1, { model: "stint-extract-1:slow", input: TEXT });
    await whenStreaming(one, id);
    expect((await readRun(waiting)).status).toBe("queued");
    expect(await timed(() => override(one, { concurrent_runs: 2 }), () => readRun(waiting), (run) => run.status === "running")).toBeLessThan(SECOND + SLACK);

    // Its only minutes are leased by the first run: the second waits for what comes back, and gets what is added.
    const short = await begin({ minutesMs: 5_000 });
    const [second = ""] = await queueRuns(short.one, 1, { model: "stint-extract-1:slow", input: TEXT });
    await whenStreaming(short.one, short.id);
    expect((await readRun(second)).status).toBe("queued");
    expect(await timed(() => override(short.one, { minutes_ms: 600_000 }), () => readRun(second), (run) => run.status === "running")).toBeLessThan(SECOND + SLACK);
  });

  test("fewer minutes than are used stop a running run, with the reason and what it has", async () => {
    const { one, id } = await begin();
    await whenStreaming(one, id);
    expect(await whenEnded(() => override(one, { minutes_ms: 100 }), id)).toBeLessThan(SECOND + SLACK);
    await expectStopped(one, id, "minutes_cap_reached");
  });

  test("the owner's pause stops a running run and holds waiting ones, which go on after it", async () => {
    const { one, id } = await begin({ concurrentRuns: 1 });
    const [waiting = ""] = await queueRuns(one, 1, { model: "stint-extract-1:slow", input: TEXT });
    await whenStreaming(one, id);
    expect(await whenEnded(() => pauseTenant(actorOf(one)), id)).toBeLessThan(SECOND + SLACK);
    await expectStopped(one, id, "tenant_paused");
    // The worker has begun what was queued later, of somebody else.
    const later = await begin();
    await whenStreaming(later.one, later.id);
    expect((await readRun(waiting)).status).toBe("queued");
    expect(await timed(() => resumeTenant(actorOf(one)), () => readRun(waiting), (run) => run.status === "running")).toBeLessThan(SECOND + SLACK);
  });

  test("overage lets a run go on past the quota and, turned off, stops it there", async () => {
    const { one, id } = await begin({ minutesMs: 3_000, overageMicrosPerMinute: 50_000 });
    await whenStreaming(one, id);
    await setOverage(actorOf(one), { overage: "on", spend_limit: 100, seen: "off:0" });
    // The quota is 3 s; with the limit it may work up to twice that.
    await until(() => readCounter(one), ({ usedMs }) => usedMs > 3_000, 15_000);
    expect((await readRun(id)).status).toBe("running");
    expect(await whenEnded(() => setOverage(actorOf(one), { overage: "off", seen: "on:1000000" }), id)).toBeLessThan(SECOND + SLACK);
    expect((await expectStopped(one, id, "minutes_cap_reached")).executed_ms).toBeGreaterThan(3_000);
  });
});
