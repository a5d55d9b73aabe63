/** A key's own cap of minutes: never passed by its runs together, and nobody else's business. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { endLeftoverRuns, makeKey, makeWorkspace, owner, queueRuns, readCounter, readRun, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { claimRun, finishRun, reapExpiredLeases, releaseRun, renewLease, type Claim, type Ending } from "@/lib/runs/worker/repo";

const SLICE = 5_000;
const LEAST = 100;
const DONE: Ending = { workedMs: 0, spentMicros: 0, billed: true, status: "succeeded", output: "x", errorCode: null, errorMessage: null };
const claim = () => claimRun("wrk_test", SLICE, LEAST);

async function requireClaim(): Promise<Claim> {
  const claimed = await claim();
  if (claimed?.outcome !== "claimed") throw new Error(`nothing claimed: ${JSON.stringify(claimed)}`);
  return claimed;
}
const setCap = (one: Workspace, ms: number | null) => owner().query("UPDATE api_key SET monthly_cap_ms = $2 WHERE id = $1", [one.keyId, ms]);
async function readKeyCounter(one: Workspace): Promise<{ used_ms: number; leased_ms: number }> {
  const { rows } = await owner().query<{ used_ms: number; leased_ms: number }>("SELECT coalesce(sum(used_ms), 0)::bigint AS used_ms, coalesce(sum(leased_ms), 0)::bigint AS leased_ms FROM key_counter WHERE api_key_id = $1", [one.keyId]);
  return rows[0] ?? { used_ms: 0, leased_ms: 0 };
}

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

test("many workers on many runs use exactly the key's cap and not a millisecond more", async () => {
  const one = await makeWorkspace({ concurrentRuns: 50 });
  await setCap(one, 12_345);
  const ids = await queueRuns(one, 30);
  let most = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let found = await claim(); found; found = await claim()) {
      const { used_ms, leased_ms } = await readKeyCounter(one);
      most = Math.max(most, used_ms + leased_ms);
      if (found.outcome === "claimed") await finishRun(found.run_id, found.fence, { ...DONE, workedMs: found.granted_ms });
    }
  }));
  expect(most).toBeLessThanOrEqual(12_345);
  expect(await readKeyCounter(one)).toEqual({ used_ms: 12_345, leased_ms: 0 });
  expect(await readCounter(one)).toMatchObject({ usedMs: 12_345, leasedMs: 0 });
  const ends = await Promise.all(ids.map(readRun));
  expect(ends.filter((run) => run.status === "stopped").every((run) => run.error_code === "key_cap_reached" && run.executed_ms === 0)).toBe(true);
  expect(ends.filter((run) => run.status === "queued")).toEqual([]);
});

test("renewing stops at the key's cap with its own reason", async () => {
  const one = await makeWorkspace();
  await setCap(one, SLICE + 1_000);
  await queueRuns(one, 1);
  const held = await requireClaim();
  expect(await renewLease(held.run_id, held.fence, SLICE, SLICE, LEAST)).toEqual({ outcome: "renewed", granted_ms: 1_000 });
  expect(await renewLease(held.run_id, held.fence, 950, SLICE, LEAST)).toEqual({ outcome: "key_cap_reached", granted_ms: 0 });
  expect(await readKeyCounter(one)).toEqual({ used_ms: SLICE + 950, leased_ms: 0 });
});

test("while the rest is only leased a run of the key waits, and a run of nobody's key passes it", async () => {
  const one = await makeWorkspace();
  await setCap(one, SLICE);
  const [, waiting = "", third = ""] = await queueRuns(one, 3);
  await owner().query("UPDATE run SET api_key_id = $2 WHERE id = $1", [third, (await makeKey(one)).keyId]);
  const first = await requireClaim();
  expect((await requireClaim()).run_id).toBe(third);
  expect(await claim()).toBeNull();
  await finishRun(first.run_id, first.fence, { ...DONE, workedMs: 1_000 });
  expect(await requireClaim()).toMatchObject({ run_id: waiting, granted_ms: SLICE - 1_000 });
});

test("what a released or lost run held comes back to the key", async () => {
  const one = await makeWorkspace();
  await setCap(one, 60_000);
  await queueRuns(one, 1);
  const released = await requireClaim();
  await releaseRun(released.run_id, released.fence, 700);
  expect(await readKeyCounter(one)).toEqual({ used_ms: 700, leased_ms: 0 });
  const lost = await requireClaim();
  await owner().query("UPDATE run SET lease_expires_at = now() - interval '1 minute' WHERE id = $1", [lost.run_id]);
  await reapExpiredLeases(3);
  expect(await readKeyCounter(one)).toEqual({ used_ms: 700, leased_ms: 0 });
});

test("a cap set in the middle of a period counts what was used before it", async () => {
  const one = await makeWorkspace();
  const [, second = ""] = await queueRuns(one, 2);
  const first = await requireClaim();
  await finishRun(first.run_id, first.fence, { ...DONE, workedMs: 3_000 });
  await setCap(one, 3_000);
  expect((await claim())?.outcome).toBe("ended");
  expect(await readRun(second)).toMatchObject({ status: "stopped", error_code: "key_cap_reached" });
});
