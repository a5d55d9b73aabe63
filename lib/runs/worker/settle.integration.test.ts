/** What a worker may write for a run it holds, once; and what happens to a run whose worker is gone. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Limits, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow, readEventsAfter } from "@/lib/runs/repo";
import {
  appendRunEvents, claimRun, finishRun, readRunSignals, reapExpiredLeases, releaseRun, renewLease, reserveSpend, storeStep, type Claim, type Ending, type NewStep,
} from "@/lib/runs/worker/repo";

const SLICE = 5_000;
const LEAST = 100;
const DONE: Ending = { workedMs: 120, spentMicros: 0, billed: true, status: "succeeded", output: "out", errorCode: null, errorMessage: null };
const STEP: NewStep = { seq: 1, kind: "model", name: "m", output: "out", finishReason: "stop", inputTokens: 30, outputTokens: 7, spentMicros: 400, startMs: 0, endMs: 100, detail: { tool_calls: [] } };

async function claimed(limits: Limits = {}, maxMs = 600_000): Promise<{ one: Workspace; claim: Claim; id: string; fence: number }> {
  const one = await makeWorkspace(limits);
  await queueRuns(one, 1, { maxMs });
  const claim = await claimRun("wrk_test", SLICE, LEAST);
  if (claim?.outcome !== "claimed") throw new Error("nothing claimed");
  return { one, claim, id: claim.run_id, fence: claim.fence };
}

/** As if the worker had stopped renewing long ago. */
const expire = (id: string) => owner().query("UPDATE run SET lease_expires_at = clock_timestamp() - interval '2 seconds' WHERE id = $1", [id]);
const eventTypes = async (one: Workspace, id: string) => (await readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 100)).map(({ type }) => type);
const append = (runId: string, fence: number, batch: number, data: Record<string, unknown>[]) => appendRunEvents(data.map((one) => ({ runId, fence, batch, type: "output.delta", data: one })));

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

describe("settling time", () => {
  test("run, ledger and counter say the same, to the millisecond, and the lease is free again", async () => {
    const { one, id, fence } = await claimed();
    expect(await readCounter(one)).toMatchObject({ usedMs: 0, leasedMs: SLICE });
    expect(await renewLease(id, fence, 1_234, SLICE, LEAST)).toEqual({ outcome: "renewed", granted_ms: SLICE });
    expect(await readCounter(one)).toMatchObject({ usedMs: 1_234, leasedMs: SLICE });
    expect(await finishRun(id, fence, { ...DONE, workedMs: 321 })).toBe(true);
    expect(await readCounter(one)).toMatchObject({ usedMs: 1_555, leasedMs: 0 });
    expect((await readRun(id)).executed_ms).toBe(1_555);
    expect(await sumLedger(one, "agent_ms", { runId: id })).toBe(1_555);
  });

  test("more than was leased is never booked, nor less than nothing", async () => {
    const { one, id, fence } = await claimed();
    await renewLease(id, fence, 9_999_999, SLICE, LEAST);
    expect((await readCounter(one)).usedMs).toBe(SLICE);
    await finishRun(id, fence, { ...DONE, workedMs: -50 });
    expect((await readRun(id)).executed_ms).toBe(SLICE);
  });

  test("the platform's own fault is in the ledger, and uses up and bills nothing", async () => {
    const { one, id, fence } = await claimed();
    await finishRun(id, fence, { ...DONE, status: "failed", errorCode: "internal", errorMessage: "x", workedMs: 77, billed: false });
    expect(await readCounter(one)).toMatchObject({ usedMs: 0, leasedMs: 0 });
    expect(await readRun(id)).toMatchObject({ executed_ms: 0, lost_ms: 77 });
    expect(await sumLedger(one, "agent_ms", { billed: false })).toBe(77);
    expect(await sumLedger(one, "agent_ms")).toBe(0);
  });

  test("a renewal tells a run to stop at its own longest time, at the cap, when canceled and when paused", async () => {
    const timed = await claimed({}, 300);
    expect(await renewLease(timed.id, timed.fence, 250, SLICE, LEAST)).toEqual({ outcome: "timed_out", granted_ms: 0 });
    const capped = await claimed({ minutesMs: 1_000 });
    expect(await renewLease(capped.id, capped.fence, 950, SLICE, LEAST)).toEqual({ outcome: "cap_reached", granted_ms: 0 });
    const canceled = await claimed();
    await withTenant(canceled.one.tenantId, (tx) => cancelRunRow(tx, canceled.one.tenantId, canceled.id));
    expect((await renewLease(canceled.id, canceled.fence, 10, SLICE, LEAST)).outcome).toBe("canceled");
    const paused = await claimed();
    await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [paused.one.tenantId]);
    expect((await renewLease(paused.id, paused.fence, 10, SLICE, LEAST)).outcome).toBe("paused");
    // It holds nothing any more and can still say how it ended.
    expect((await readCounter(paused.one)).leasedMs).toBe(0);
    expect(await finishRun(paused.id, paused.fence, { ...DONE, workedMs: 0, status: "stopped" })).toBe(true);
  });

  test("finishing twice, or many times at once, settles once", async () => {
    const { one, id, fence } = await claimed();
    const answers = await Promise.all(Array.from({ length: 10 }, () => finishRun(id, fence, DONE)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await finishRun(id, fence, { ...DONE, status: "failed" })).toBe(false);
    expect(await readCounter(one)).toMatchObject({ usedMs: 120, leasedMs: 0 });
    expect(await eventTypes(one, id)).toEqual(["run.started", "run.succeeded"]);
  });

  test("time worked across a period's border belongs to the period it was leased in", async () => {
    const { one, id, fence } = await claimed();
    // The lease was taken in what is now the period before.
    await owner().query("UPDATE usage_counter SET period_start = period_start - interval '1 month', period_end = period_start WHERE tenant_id = $1", [one.tenantId]);
    await owner().query("UPDATE run SET lease_period_start = lease_period_start - interval '1 month' WHERE id = $1", [id]);
    expect((await renewLease(id, fence, 1_000, SLICE, LEAST)).outcome).toBe("renewed");
    await finishRun(id, fence, { ...DONE, workedMs: 500 });
    const { rows } = await owner().query<{ used_ms: number; leased_ms: number; ledger: number; outside: number }>(
      `SELECT c.used_ms, c.leased_ms, (SELECT sum(quantity)::bigint FROM ledger l WHERE l.tenant_id = c.tenant_id AND l.period_start = c.period_start AND l.meter = 'agent_ms') AS ledger,
              (SELECT count(*)::int FROM ledger l WHERE l.tenant_id = c.tenant_id AND l.period_start = c.period_start AND (l.occurred_at < c.period_start OR l.occurred_at >= c.period_start + interval '1 month')) AS outside
       FROM usage_counter c WHERE c.tenant_id = $1 ORDER BY c.period_start`,
      [one.tenantId],
    );
    expect(rows).toEqual([{ used_ms: 1_000, leased_ms: 0, ledger: 1_000, outside: 0 }, { used_ms: 500, leased_ms: 0, ledger: 500, outside: 0 }]);
  });
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

describe("steps and money", () => {
  test("a step asked to be stored twice is stored and paid once", async () => {
    const { one, id, fence } = await claimed();
    expect(await reserveSpend(id, fence, 1_000)).toBe("reserved");
    expect(await readCounter(one)).toMatchObject({ leasedMicros: 1_000 });
    expect(await Promise.all([storeStep(id, fence, STEP), storeStep(id, fence, STEP), storeStep(id, fence, STEP)])).toEqual([true, true, true]);
    expect(await readCounter(one)).toMatchObject({ usedMicros: 400, leasedMicros: 0 });
    expect(await readRun(id)).toMatchObject({ model_spend_micros: 400, input_tokens: 30, output_tokens: 7 });
    for (const [meter, sum] of [["model_micros", 400], ["input_tokens", 30], ["output_tokens", 7]] as const) expect(await sumLedger(one, meter, { runId: id }), meter).toBe(sum);
  });

  test("of many reservations at once only what the cap covers is granted", async () => {
    const one = await makeWorkspace({ spendMicros: 5_500, concurrentRuns: 20 });
    await queueRuns(one, 20);
    const claims: Claim[] = [];
    for (let found = await claimRun("w", SLICE, LEAST); found; found = await claimRun("w", SLICE, LEAST)) claims.push(found);
    expect(claims).toHaveLength(20);
    const granted = await Promise.all(claims.map(({ run_id, fence }) => reserveSpend(run_id, fence, 1_000)));
    expect(granted.filter((one) => one === "reserved")).toHaveLength(5);
    // All the others would fit, were it not for those: they wait.
    expect(granted.filter((one) => one === "wait")).toHaveLength(15);
    expect((await readCounter(one)).leasedMicros).toBe(5_000);
    await Promise.all(claims.map(({ run_id, fence }, n) => finishRun(run_id, fence, { ...DONE, spentMicros: granted[n] === "reserved" ? 1_000 : 0 })));
    expect(await readCounter(one)).toMatchObject({ usedMicros: 5_000, leasedMicros: 0 });
    expect(await sumLedger(one, "model_micros")).toBe(5_000);
  });

  test("a call waits for what others hold and may give back, and is refused only when nothing can come back", async () => {
    const one = await makeWorkspace({ spendMicros: 1_000, concurrentRuns: 2 });
    await queueRuns(one, 2);
    const [first, second] = [await claimRun("w", SLICE, LEAST), await claimRun("w", SLICE, LEAST)];
    if (!first || !second) throw new Error("nothing claimed");
    expect(await reserveSpend(first.run_id, first.fence, 900)).toBe("reserved");
    expect(await reserveSpend(second.run_id, second.fence, 500)).toBe("wait");
    expect(await reserveSpend(second.run_id, second.fence, 1_001)).toBe("refused");
    await storeStep(first.run_id, first.fence, STEP);
    expect(await reserveSpend(second.run_id, second.fence, 601)).toBe("refused");
    expect(await reserveSpend(second.run_id, second.fence, 600)).toBe("reserved");
  });

  test("what a call costs beyond its reservation is the platform's loss", async () => {
    const { one, id, fence } = await claimed({ spendMicros: 500 });
    await reserveSpend(id, fence, 300);
    await storeStep(id, fence, STEP);
    expect(await readCounter(one)).toMatchObject({ usedMicros: 300, leasedMicros: 0 });
    expect(await sumLedger(one, "model_micros", { billed: false })).toBe(100);
    expect((await readRun(id)).model_spend_micros).toBe(300);
  });

  test("one reservation at a time: what a call that failed left is there for the next try, and no more", async () => {
    const { one, id, fence } = await claimed();
    expect(await reserveSpend(id, fence, 10)).toBe("reserved");
    expect(await reserveSpend(id, fence, 10)).toBe("reserved");
    expect(await reserveSpend(id, fence, 11)).toBe("refused");
    expect((await readCounter(one)).leasedMicros).toBe(10);
  });
});

describe("canceling", () => {
  test("a waiting run ends at once, unbilled, and is not claimed", async () => {
    const one = await makeWorkspace();
    const [id = ""] = await queueRuns(one, 1);
    expect(await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id))).toBe(true);
    expect(await readRun(id)).toMatchObject({ status: "canceled", executed_ms: 0 });
    expect(await claimRun("w", SLICE, LEAST)).toBeNull();
    expect(await eventTypes(one, id)).toEqual(["run.canceled"]);
  });

  test("a running one is told through its worker, an ended one stays as it is, a stranger's is none", async () => {
    const { id, one, fence } = await claimed();
    const stranger = await makeWorkspace();
    expect(await withTenant(stranger.tenantId, (tx) => cancelRunRow(tx, stranger.tenantId, id))).toBe(false);
    expect(await readRunSignals([{ runId: id, fence }])).toEqual([]);
    expect(await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id))).toBe(true);
    expect(await readRunSignals([{ runId: id, fence }])).toEqual([{ run_id: id, signal: "canceled" }]);
    await finishRun(id, fence, DONE);
    expect(await withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id))).toBe(true);
    expect((await readRun(id)).status).toBe("succeeded");
  });

  test("a run that is claimed while it is canceled ends one way or the other, never in between", async () => {
    const one = await makeWorkspace();
    for (const id of await queueRuns(one, 12)) {
      const [claim] = await Promise.all([claimRun("w", SLICE, LEAST), withTenant(one.tenantId, (tx) => cancelRunRow(tx, one.tenantId, id))]);
      const run = await readRun(id);
      if (claim?.run_id === id) expect(await readRunSignals([{ runId: id, fence: claim.fence }])).toEqual([{ run_id: id, signal: "canceled" }]);
      else expect(run.status).toBe("canceled");
      await endLeftoverRuns();
      await owner().query("UPDATE run SET status = 'queued' WHERE tenant_id = $1 AND id > $2", [one.tenantId, id]);
    }
  });
});

describe("events", () => {
  test("of many runs are written together, each run's numbered from 1 without gaps; what is sent again is not there twice", async () => {
    const [first, second] = [await claimed(), await claimed()];
    const batch = [first, second, first].map(({ id, fence }, n) => ({ runId: id, fence, batch: 7, type: "output.delta", data: { n } }));
    expect((await appendRunEvents(batch)).toSorted()).toEqual([first.id, second.id].toSorted());
    expect(await appendRunEvents(batch)).toEqual([]);
    expect(await append(first.id, first.fence, 8, [{ n: 3 }])).toEqual([first.id]);
    const written = async ({ one, id }: { one: Workspace; id: string }) => (await readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 0 }], 100)).map(({ seq, data }) => [seq, data.n]);
    expect(await written(first)).toEqual([[1, undefined], [2, 0], [3, 2], [4, 3]]);
    expect(await written(second)).toEqual([[1, undefined], [2, 1]]);
  });

  test("of one run whose fence is old do not hold up the others", async () => {
    const [lost, held] = [await claimed(), await claimed()];
    const written = await appendRunEvents([lost, held].map(({ id, fence }, n) => ({ runId: id, fence: fence - 1 + n, batch: 1, type: "output.delta", data: {} })));
    expect(written).toEqual([held.id]);
  });

  test("of another workspace cannot be followed", async () => {
    const { id } = await claimed();
    const stranger = await makeWorkspace();
    expect(await readEventsAfter([{ tenantId: stranger.tenantId, runId: id, after: 0 }], 100)).toEqual([]);
  });

  test("come from where each listener stands, at most as many as asked for", async () => {
    const { one, id, fence } = await claimed();
    await append(id, fence, 1, Array.from({ length: 9 }, (_, n) => ({ n })));
    expect((await readEventsAfter([{ tenantId: one.tenantId, runId: id, after: 4 }], 3)).map(({ seq }) => seq)).toEqual([5, 6, 7]);
  });
});
