/**
 * Minutes and model spend past their quotas share one limit. Random claims, renewals, reservations and endings of several
 * runs at once: at no moment may what is used and held past the quotas cost more than the limit.
 */
import { afterAll, beforeEach, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { overageCost } from "@/lib/caps/policy";
import { closeDb } from "@/lib/platform/db";
import { claimRun, finishRun, releaseRun, renewLease, reserveSpend, storeStep, type Ending } from "@/lib/runs/worker/repo";

const LEAST = 500;
const SLICE = 5_000;
const WORKERS = 4;
const TURNS = 60;
const DONE: Ending = { workedMs: 0, spentMicros: 0, billed: true, status: "succeeded", output: null, errorCode: null, errorMessage: null };

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

/** Numbers that look random and are the same in every run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Held = { runId: string; fence: number; leaseMs: number; leaseMicros: number; step: number };
type Terms = { quotaMs: number; quotaMicros: number; price: number };

/** What everything that is used and held past the quotas costs, in micro-dollars, and the minutes themselves. */
async function pastQuota(one: Workspace, { quotaMs, quotaMicros, price }: Terms): Promise<{ cost: number; ms: number; leasedMicros: number }> {
  const { rows } = await owner().query<{ ms: number; micros: number; leased: number }>("SELECT used_ms + leased_ms AS ms, used_micros + leased_micros AS micros, leased_micros AS leased FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  const { ms = 0, micros = 0, leased = 0 } = rows[0] ?? {};
  return { cost: overageCost(ms - quotaMs, price) + Math.max(0, micros - quotaMicros), ms, leasedMicros: leased };
}

/** One worker's next step, chosen at random: claim, renew, reserve, store a step, end, hand back. */
async function act(held: Held[], random: (below: number) => number): Promise<void> {
  const at = random(held.length + 1);
  const one = held[at];
  if (!one) {
    const claim = await claimRun("wrk_test", SLICE, LEAST);
    if (claim?.outcome === "claimed") held.push({ runId: claim.run_id, fence: claim.fence, leaseMs: claim.granted_ms, leaseMicros: 0, step: 0 });
    return;
  }
  const workedMs = random(one.leaseMs + 1);
  switch (random(6)) {
    case 0: case 1: {
      const { outcome, granted_ms } = await renewLease(one.runId, one.fence, workedMs, SLICE, LEAST);
      one.leaseMs = granted_ms;
      if (outcome === "renewed") return;
      held.splice(at, 1);
      await finishRun(one.runId, one.fence, { ...DONE, status: "stopped", spentMicros: random(one.leaseMicros + 1) });
      return;
    }
    case 2: case 3: {
      const micros = 1 + random(40_000);
      if (one.leaseMicros === 0 && (await reserveSpend(one.runId, one.fence, micros))) one.leaseMicros = micros;
      return;
    }
    case 4:
      // Also more than was reserved: that is the platform's loss.
      await storeStep(one.runId, one.fence, { seq: ++one.step, kind: "model", name: "m", output: "", finishReason: "stop", inputTokens: 1, outputTokens: 1, spentMicros: random(one.leaseMicros * 2 + 1), startMs: 0, endMs: 1, detail: { tool_calls: [] } });
      one.leaseMicros = 0;
      return;
    default:
      held.splice(at, 1);
      await (random(3) === 0 ? releaseRun(one.runId, one.fence, workedMs) : finishRun(one.runId, one.fence, { ...DONE, workedMs, spentMicros: random(one.leaseMicros + 1) }));
  }
}

for (let seed = 1; seed <= 6; seed++) {
  test(`is never passed, to the micro-dollar, in round ${seed}`, async () => {
    const random = randomFrom(seed * 7_919);
    const terms: Terms = { quotaMs: 5_000 + random(20_000), quotaMicros: random(30_000), price: 30_000 + random(700_000) };
    const one = await makeWorkspace({ minutesMs: terms.quotaMs, spendMicros: terms.quotaMicros, overageMicrosPerMinute: terms.price, concurrentRuns: 12 });
    // Reached before twice the quota is, so that it is the limit that holds.
    const limitMicros = Math.ceil(overageCost(terms.quotaMs, terms.price) * (0.3 + random(60) / 100));
    await owner().query("UPDATE tenant SET overage_enabled = true, spend_limit_micros = $2 WHERE id = $1", [one.tenantId, limitMicros]);
    await queueRuns(one, 150);

    let [highest, longest, watching] = [0, 0, true];
    const look = async (): Promise<void> => {
      const { cost, ms } = await pastQuota(one, terms);
      highest = Math.max(highest, cost);
      longest = Math.max(longest, ms);
    };
    const watcher = (async () => {
      while (watching) await look();
    })();
    await Promise.all(Array.from({ length: WORKERS }, async (_, worker) => {
      const own = randomFrom(seed * 104_729 + worker);
      const held: Held[] = [];
      for (let turn = 0; turn < TURNS; turn++) {
        await act(held, own);
        await look();
      }
      for (const { runId, fence, leaseMs, leaseMicros } of held) await finishRun(runId, fence, { ...DONE, workedMs: leaseMs, spentMicros: leaseMicros });
    }));
    watching = false;
    await watcher;
    await look();
    expect(highest).toBeLessThanOrEqual(limitMicros);
    expect(longest).toBeLessThanOrEqual(2 * terms.quotaMs);
    // A limit that nobody comes near would hold by itself. What is left is less than the least slice costs.
    expect(highest).toBeGreaterThan(limitMicros - overageCost(LEAST, terms.price) - 1);
    expect((await pastQuota(one, terms)).leasedMicros).toBe(0);
  });
}
