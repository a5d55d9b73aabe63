/** What happens to a run whose worker is gone, and to the worker that comes back. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { claimed, DONE, eventTypes, expire, LEAST, SLICE, STEP } from "@/e2e/fixtures/claimed-run";
import { endLeftoverRuns, readCounter, readRun, sumLedger } from "@/e2e/fixtures/workspace";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow } from "@/lib/runs/repo";
import { appendRunEvents, claimRun, finishRun, readRunSignals, reapExpiredLeases, releaseRun, renewLease, reserveSpend, storeStep } from "@/lib/runs/worker/repo";

const append = (runId: string, fence: number, batch: number, data: Record<string, unknown>[]) => appendRunEvents(data.map((one) => ({ runId, fence, batch, type: "output.delta", data: one })));

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

describe("the fence", () => {
  test("a worker that was presumed dead writes nothing any more", async () => {
    const { one, id, fence } = await claimed();
    await expire(id);
    expect(await reapExpiredLeases(3)).toBe(1);
    const second = await claimRun("wrk_other", SLICE, LEAST);
    expect(second).toMatchObject({ run_id: id, fence: fence + 1 });
    const before = await readCounter(one);
    expect(await renewLease(id, fence, 100, SLICE, LEAST)).toEqual({ outcome: "lost", granted_ms: 0 });
    expect(await storeStep(id, fence, STEP)).toBe(false);
    expect(await reserveSpend(id, fence, 1)).toBe("lost");
    expect(await append(id, fence, 1, [{ text: "ghost" }])).toEqual([]);
    expect(await releaseRun(id, fence, 100)).toBe(false);
    expect(await finishRun(id, fence, DONE)).toBe(false);
    expect(await readRunSignals([{ runId: id, fence }])).toEqual([{ run_id: id, signal: "lost" }]);
    expect(await readCounter(one)).toEqual(before);
    expect(await finishRun(id, fence + 1, DONE)).toBe(true);
    expect(await eventTypes(one, id)).toEqual(["run.started", "run.requeued", "run.started", "run.succeeded"]);
  });

  test("a run that has ended takes no more events, steps or money", async () => {
    const { id, fence } = await claimed();
    await finishRun(id, fence, DONE);
    expect(await append(id, fence, 1, [{}])).toEqual([]);
    expect(await storeStep(id, fence, STEP)).toBe(false);
    expect(await reserveSpend(id, fence, 1)).toBe("lost");
  });
});

describe("a lost worker", () => {
  test("its slice is the platform's loss and its run goes back into the queue", async () => {
    const { one, id, fence } = await claimed();
    await renewLease(id, fence, 400, SLICE, LEAST);
    await reserveSpend(id, fence, 9_000);
    await expire(id);
    expect(await reapExpiredLeases(3)).toBe(1);
    expect(await readRun(id)).toMatchObject({ status: "queued", executed_ms: 400, lost_ms: SLICE, lease_ms: 0, lease_micros: 0, worker_id: null, model_spend_micros: 0 });
    expect(await readCounter(one)).toEqual({ usedMs: 400, leasedMs: 0, usedMicros: 0, leasedMicros: 0, calls: 0 });
    expect(await sumLedger(one, "agent_ms", { billed: false })).toBe(SLICE);
    expect(await sumLedger(one, "model_micros", { billed: false })).toBe(9_000);
    expect(await reapExpiredLeases(3)).toBe(0);
  });

  test("several reapers at once take a run back once", async () => {
    const { one, id } = await claimed();
    await expire(id);
    const reaped = await Promise.all(Array.from({ length: 6 }, () => reapExpiredLeases(3)));
    expect(reaped.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await sumLedger(one, "agent_ms", { billed: false })).toBe(SLICE);
  });

  test("after the last attempt the run fails with a reason, unbilled", async () => {
    const { one, id } = await claimed();
    await expire(id);
    await reapExpiredLeases(1);
    expect(await readRun(id)).toMatchObject({ status: "failed", error_code: "worker_lost", executed_ms: 0 });
    expect(await sumLedger(one, "agent_ms")).toBe(0);
  });

  test("a run whose cancellation the worker never heard is canceled", async () => {
    const { one, id } = await claimed();
    await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id));
    await expire(id);
    await reapExpiredLeases(3);
    expect((await readRun(id)).status).toBe("canceled");
  });

  test("a worker that still renews loses nothing", async () => {
    const { id } = await claimed();
    expect(await reapExpiredLeases(3)).toBe(0);
    expect((await readRun(id)).status).toBe("running");
  });

  test("a worker that hands its run back uses up no attempt", async () => {
    const { one, id, fence } = await claimed();
    expect(await releaseRun(id, fence, 250)).toBe(true);
    expect(await readRun(id)).toMatchObject({ status: "queued", attempt: 0, executed_ms: 250, lost_ms: 0, lease_ms: 0 });
    expect(await readCounter(one)).toMatchObject({ usedMs: 250, leasedMs: 0 });
  });
});
