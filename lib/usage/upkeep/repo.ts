import { callUpkeep } from "@/lib/platform/db";

/**
 * Makes the ledger's next months and drops the ones that ended more than `keepDays` ago. It waits no longer than a second
 * for the ledger: everybody who writes would wait behind it.
 */
export async function keepLedgerPartitions(keepDays: number): Promise<{ made: number; dropped: number }> {
  const [row] = await callUpkeep<{ made: number; dropped: number }>("SELECT * FROM keep_ledger_partitions($1)", [keepDays], { timeoutMs: 60_000, lockTimeoutMs: 1_000 });
  return row ?? { made: 0, dropped: 0 };
}

/** Deletes rollups that are older than two years, at most `most` of each kind; returns how many. */
export async function trimRollups(most: number): Promise<number> {
  const [row] = await callUpkeep<{ trimmed: number }>("SELECT trim_rollups($1) AS trimmed", [most], { timeoutMs: 60_000 });
  return row?.trimmed ?? 0;
}
