/** What is compared, and in which words a difference is told. Client-safe. */

/** Each check by the name that the database gives it: what it is called, and what its numbers are. */
export const CHECKS = {
  run: { label: "Run beside the ledger", says: "What a run says it used is what the ledger has of it." },
  counter: { label: "Counter beside the ledger", says: "A period's counter is the sum of its ledger rows, corrections included." },
  overage: { label: "Overage beside the ledger", says: "What a period charges past the quota is the sum of what its ledger rows charge." },
  report_gap: { label: "Reports with a gap", says: "Each report to Stripe begins where the one before ended." },
  report_beyond: { label: "More reported than charged", says: "What Stripe was told of a period is what its counter charges, credits added back." },
  overage_unbilled: { label: "Overage that is on no invoice", says: "What a period charged was reported before its last invoice was closed." },
  key_counter: { label: "Key's counter beside the ledger", says: "A key's counter is the sum of its ledger rows." },
  hour: { label: "Hour beside the ledger", says: "Each hour of the rollups is the sum of the ledger rows that were projected." },
  day: { label: "Day beside its hours", says: "Each day of the rollups is the sum of its hours." },
  lease: { label: "Counter beside the runs' leases", says: "What a counter says is out is what runs hold." },
  key_lease: { label: "Key's counter beside the runs' leases", says: "What a key's counter says is out is what its runs hold." },
  lease_of_ended_run: { label: "Lease of a run that is not running", says: "Only a running run holds a lease." },
  finished_at: { label: "End of a run", says: "A run has a time of its end exactly when it has ended." },
  end_event: { label: "Last event of a run", says: "A run that ended has told so once." },
  concurrency: { label: "Concurrent runs", says: "No more runs at once than the limit allows." },
  alert_missing: { label: "Threshold without its alert", says: "A threshold that was reached is recorded." },
  alert_repeated: { label: "Threshold with several alerts", says: "A threshold is recorded once a period." },
  ledger_other: { label: "Rows outside the ledger's months", says: "Every ledger row is in the partition of its month." },
  platform_spend: { label: "The platform's day", says: "The platform's model spend of a day is the sum of everybody's." },
} as const;
export type CheckName = keyof typeof CHECKS;

/** Two numbers that should be one. */
export type Difference = {
  tenant: { id: string; slug: string; name: string } | null;
  check: CheckName;
  /** Start of the period that it belongs to; null for what belongs to the platform. */
  periodStart: string | null;
  /** What exactly: a meter, a run and its field, an hour. */
  subject: string;
  expected: number;
  found: number;
};

export type SweepReport = { startedAt: string; finishedAt: string; tookMs: number; tenants: number; total: number; differences: Difference[] };

/** A difference in one line, for a log or a terminal. */
export function describeDifference({ check, periodStart, subject, expected, found }: Omit<Difference, "tenant">): string {
  return `${periodStart ? `period ${periodStart.slice(0, 10)}, ` : ""}${check} ${subject}: expected ${expected}, found ${found}`;
}
