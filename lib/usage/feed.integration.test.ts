/** How a question about usage waits: until something moves, and no longer. */
import { afterAll, expect, test } from "vitest";
import { makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { admit } from "@/lib/limits/admission";
import { closeDb } from "@/lib/platform/db";
import { endFeeds } from "@/lib/platform/feed";
import { countRunsUnderWay } from "@/lib/runs/service";
import { untilUsageMoves } from "@/lib/usage/feed";
import { toLiveUsage, type LiveUsage } from "@/lib/usage/live";
import { readRevisions } from "@/lib/usage/repo";

afterAll(closeDb);
const nobodyLeaves = new AbortController().signal;

async function ask(one: Workspace, counted = false): Promise<LiveUsage> {
  const answer = await admit({ kind: "key", hash: one.keyHash, address: null }, counted);
  if (answer.kind === "unknown") throw new Error("the key is unknown");
  return toLiveUsage(answer.admission, await countRunsUnderWay(one.tenantId));
}

const revisionOf = async (one: Workspace) => (await readRevisions([one.tenantId])).get(one.tenantId);

test("SQL and the answer write the same revision, and each thing that moves makes another", async () => {
  const [one, other] = [await makeWorkspace(), await makeWorkspace()];
  const seen = new Set<string>();
  const moves = [
    // Before the first request of a period there is no counter.
    async () => expect(await revisionOf(one)).toMatch(/^[0-9a-f]{16}$/),
    () => ask(one, true),
    () => owner().query("UPDATE usage_counter SET used_ms = 61000 WHERE tenant_id = $1", [one.tenantId]),
    () => owner().query("UPDATE usage_counter SET used_micros = 7 WHERE tenant_id = $1", [one.tenantId]),
    () => queueRuns(one, 1),
    () => owner().query("UPDATE run SET status = 'running' WHERE tenant_id = $1", [one.tenantId]),
  ];
  for (const move of moves) {
    await move();
    const { revision } = await ask(one);
    expect(await revisionOf(one)).toBe(revision);
    seen.add(revision);
  }
  expect(seen.size).toBe(moves.length);
  // What is leased for a moment is nothing that was used.
  const before = await revisionOf(one);
  await owner().query("UPDATE usage_counter SET leased_ms = 500 WHERE tenant_id = $1", [one.tenantId]);
  expect(await revisionOf(one)).toBe(before);
  expect([...(await readRevisions([one.tenantId, other.tenantId, "ten_nobody"])).keys()].sort()).toEqual([one.tenantId, other.tenantId].sort());
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now() WHERE tenant_id = $1", [one.tenantId]);
});

test("of those who wait, only they whose workspace used something are woken", async () => {
  const [one, other] = [await makeWorkspace(), await makeWorkspace()];
  const gone = new AbortController();
  const woken: string[] = [];
  const [seen, seenOfOther] = [await ask(one), await ask(other)];
  const wait = async ({ tenantId }: Workspace, { revision }: LiveUsage, signal: AbortSignal) => {
    await untilUsageMoves(tenantId, revision, signal, 60_000);
    woken.push(tenantId);
  };
  const all = Promise.all([wait(one, seen, nobodyLeaves), wait(one, seen, nobodyLeaves), wait(other, seenOfOther, gone.signal)]);
  await ask(one, true);
  await expect.poll(() => woken).toEqual([one.tenantId, one.tenantId]);
  // Whoever leaves is not waited for.
  gone.abort();
  await all;
  expect(woken).toEqual([one.tenantId, one.tenantId, other.tenantId]);
});

test("an old revision waits for nothing, and no question longer than it may or the process lives", async () => {
  const one = await makeWorkspace();
  await untilUsageMoves(one.tenantId, "0000000000000000", nobodyLeaves, 60_000);
  const { revision } = await ask(one);
  await untilUsageMoves(one.tenantId, revision, nobodyLeaves, 1);
  await untilUsageMoves(one.tenantId, revision, AbortSignal.abort(), 60_000);
  const held = untilUsageMoves(one.tenantId, revision, nobodyLeaves, 60_000);
  endFeeds();
  await held;
});
