/** Canceling a run that waits, executes, has ended, or is being claimed. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { claimed, DONE, eventTypes, LEAST, SLICE } from "@/e2e/fixtures/claimed-run";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readRun } from "@/e2e/fixtures/workspace";
import { closeDb, withTenant } from "@/lib/platform/db";
import { cancelRunRow } from "@/lib/runs/repo";
import { claimRun, finishRun, readRunSignals } from "@/lib/runs/worker/repo";

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
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
