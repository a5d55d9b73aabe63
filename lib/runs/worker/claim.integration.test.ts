/** Claiming: which run is next, and never more than the slots and the minutes that a workspace has. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { claimRun, finishRun, releaseRun, renewLease, type Claim, type Ending } from "@/lib/runs/worker/repo";

const SLICE = 5_000;
const LEAST = 100;
const DONE: Ending = { workedMs: 0, spentMicros: 0, billed: true, status: "succeeded", output: "x", errorCode: null, errorMessage: null };
const claim = () => claimRun("wrk_test", SLICE, LEAST);

async function requireClaim(): Promise<Claim> {
  const claimed = await claim();
  if (claimed?.outcome !== "claimed") throw new Error(`nothing claimed: ${JSON.stringify(claimed)}`);
  return claimed;
}

/** Many workers ask at once until nothing is left to claim. */
async function claimAll(workers = 12): Promise<Claim[]> {
  const claims: Claim[] = [];
  await Promise.all(Array.from({ length: workers }, async () => {
    for (let found = await claim(); found; found = await claim()) claims.push(found);
  }));
  return claims;
}

const countRunning = async (one: Workspace) => (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE tenant_id = $1 AND status = 'running'", [one.tenantId])).rows[0]?.n;

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

describe("slots", () => {
  test("many workers at once claim each run once, and exactly as many as the workspace has slots", async () => {
    const one = await makeWorkspace({ concurrentRuns: 7 });
    const ids = await queueRuns(one, 40);
    const claims = await claimAll();
    expect(claims.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 7 }, () => "claimed"));
    expect(new Set(claims.map(({ run_id }) => run_id))).toEqual(new Set(ids.slice(0, 7)));
    expect(await countRunning(one)).toBe(7);
  });

  test("a slot that comes free is given to the next in line", async () => {
    const one = await makeWorkspace({ concurrentRuns: 1 });
    const ids = await queueRuns(one, 3);
    const first = await requireClaim();
    expect(first.run_id).toBe(ids[0]);
    expect(await claim()).toBeNull();
    await finishRun(first.run_id, first.fence, DONE);
    expect((await requireClaim()).run_id).toBe(ids[1]);
  });
});

describe("fairness", () => {
  test("nobody's backlog delays another's first run", async () => {
    const [busy, late] = [await makeWorkspace({ concurrentRuns: 100 }), await makeWorkspace()];
    await queueRuns(busy, 200);
    expect((await requireClaim()).tenant_id).toBe(busy.tenantId);
    const [run] = await queueRuns(late, 1);
    expect((await requireClaim()).run_id).toBe(run);
  });

  test("workspaces with runs waiting take turns", async () => {
    const [a, b] = [await makeWorkspace(), await makeWorkspace()];
    await queueRuns(a, 6);
    await queueRuns(b, 6);
    const order: string[] = [];
    for (let n = 0; n < 8; n++) order.push((await requireClaim()).tenant_id);
    for (let n = 0; n < 8; n += 2) expect(new Set(order.slice(n, n + 2)).size, order.join(" ")).toBe(2);
  });

  test("a paused workspace's runs wait, and others do not wait for them", async () => {
    const [paused, other] = [await makeWorkspace(), await makeWorkspace()];
    await queueRuns(paused, 3);
    await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [paused.tenantId]);
    const [run] = await queueRuns(other, 1);
    expect((await requireClaim()).run_id).toBe(run);
    expect(await claim()).toBeNull();
  });
});

describe("the cap", () => {
  test("used and leased together never pass it, whatever many workers do at once", async () => {
    const cap = 23_456;
    const one = await makeWorkspace({ minutesMs: cap, concurrentRuns: 50 });
    await queueRuns(one, 60);
    let highest = 0;
    let watching = true;
    const watch = async (): Promise<void> => {
      while (watching) {
        const { usedMs, leasedMs } = await readCounter(one);
        highest = Math.max(highest, usedMs + leasedMs);
      }
    };
    const watcher = watch();
    let billed = 0;
    await Promise.all(Array.from({ length: 16 }, async (_, worker) => {
      for (let found = await claim(); found; found = await claim()) {
        if (found.outcome !== "claimed") continue;
        const { run_id, fence, granted_ms } = found;
        if (worker % 4 === 0) {
          const workedMs = Math.floor(granted_ms / 3);
          await releaseRun(run_id, fence, workedMs);
          billed += workedMs;
          continue;
        }
        const half = Math.floor(granted_ms / 2);
        const renewal = await renewLease(run_id, fence, half, SLICE, LEAST);
        billed += half;
        // What a worker reports beyond its lease is not taken.
        await finishRun(run_id, fence, { ...DONE, workedMs: renewal.granted_ms + 5_000 });
        billed += renewal.granted_ms;
      }
    }));
    watching = false;
    await watcher;
    const { usedMs, leasedMs } = await readCounter(one);
    expect(highest).toBeLessThanOrEqual(cap);
    expect(leasedMs).toBe(0);
    expect(usedMs).toBe(billed);
    expect(usedMs).toBeLessThanOrEqual(cap);
    // Nothing is refused while a slice is free.
    expect(cap - usedMs).toBeLessThan(LEAST);
    expect(await sumLedger(one, "agent_ms")).toBe(usedMs);
  });

  test("a run whose claim finds nothing left is stopped with the reason, and costs nothing", async () => {
    const one = await makeWorkspace({ minutesMs: LEAST - 1 });
    const [id = ""] = await queueRuns(one, 1);
    expect(await claim()).toMatchObject({ outcome: "ended", run_id: id, granted_ms: 0 });
    expect(await readRun(id)).toMatchObject({ status: "stopped", error_code: "minutes_cap_reached", executed_ms: 0 });
    expect(await readCounter(one)).toMatchObject({ usedMs: 0, leasedMs: 0 });
    expect(await sumLedger(one, "agent_ms")).toBe(0);
  });

  test("while what is missing is only leased, a run waits instead", async () => {
    const one = await makeWorkspace({ minutesMs: SLICE });
    const [, second = ""] = await queueRuns(one, 2);
    const first = await requireClaim();
    expect(await claim()).toBeNull();
    expect((await readRun(second)).status).toBe("queued");
    await finishRun(first.run_id, first.fence, { ...DONE, workedMs: 1_000 });
    expect(await requireClaim()).toMatchObject({ run_id: second, granted_ms: SLICE - 1_000 });
  });

  test("a lease is no longer than the run's own time", async () => {
    await queueRuns(await makeWorkspace(), 1, { maxMs: 700 });
    expect((await requireClaim()).granted_ms).toBe(700);
  });

  test("a lease ends where its period ends", async () => {
    // A period that ends about two seconds from now.
    const { rows } = await owner().query<{ anchor: Date }>("SELECT now() + interval '2 seconds' - interval '1 month' AS anchor");
    const one = await makeWorkspace({}, { anchor: rows[0]?.anchor });
    await queueRuns(one, 1);
    const { granted_ms } = await requireClaim();
    expect(granted_ms).toBeGreaterThan(0);
    expect(granted_ms).toBeLessThanOrEqual(2_000);
  });
});
