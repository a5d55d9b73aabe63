/** What a worker may write for a run it holds, once: the time and the money that it cost. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { claimed, DONE, eventTypes, LEAST, SLICE, STEP } from "@/e2e/fixtures/claimed-run";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger } from "@/e2e/fixtures/workspace";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow } from "@/lib/runs/repo";
import { claimRun, finishRun, renewLease, reserveSpend, storeStep, type Claim } from "@/lib/runs/worker/repo";

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
