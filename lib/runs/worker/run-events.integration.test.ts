/** The events that workers write and listeners read. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { claimed } from "@/e2e/fixtures/claimed-run";
import { endLeftoverRuns, makeWorkspace, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { readEventsAfter } from "@/lib/runs/repo";
import { appendRunEvents } from "@/lib/runs/worker/repo";

const append = (runId: string, fence: number, batch: number, data: Record<string, unknown>[]) => appendRunEvents(data.map((one) => ({ runId, fence, batch, type: "output.delta", data: one })));

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
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
