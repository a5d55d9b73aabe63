import { purgeContentRows } from "@/lib/runs/repo";

/** Runs whose contents go in one statement: a run may have thousands of events, and no statement may take long. */
const BATCH = 200;

/**
 * Deletes inputs, outputs and events of runs that ended longer ago than their workspace keeps them; what was metered
 * stays. Goes on until nothing is left and returns how many runs.
 */
export async function purgeOldContents(batch: number = BATCH): Promise<number> {
  let purged = 0;
  for (;;) {
    const count = await purgeContentRows(batch);
    purged += count;
    // Not `count < batch`: rows that another process works on are passed over, and the next hour finds what it left.
    if (count === 0) return purged;
  }
}
