/** How long usage is kept: raw rows for 90 days, by whole months; rollups for two years. */
import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";
import { RAW_DAYS } from "@/lib/usage/upkeep/policy";
import { keepLedgerPartitions, trimRollups } from "@/lib/usage/upkeep/repo";

const BATCH = 5_000;
const MOST_TRIES = 30;

/** Has the ledger's next months made and its old ones dropped. Several processes at once do no harm. */
export async function keepPartitions(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { made, dropped } = await keepLedgerPartitions(RAW_DAYS);
      if (made + dropped > 0) log().info({ made, dropped }, "ledger partitions changed");
      return;
    } catch (error) {
      // Somebody reads the ledger for long. There are three months' partitions in reserve.
      if (!isLocked(error) || attempt === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * SECOND_MS).unref());
    }
  }
}

/** Deletes rollups past their time, in batches. */
export async function trimOldRollups(): Promise<void> {
  while ((await trimRollups(BATCH)) >= BATCH);
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "55P03";
}
