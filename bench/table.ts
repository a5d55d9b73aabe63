/** What one round saw. The last four are for each request. */
export type Sample = { perSecond: number; p50Ms: number; p99Ms: number; cpuMs: number; functionCalls: number; commits: number; redis: number };

const LINES: { name: string; key: keyof Sample; digits: number }[] = [
  { name: "requests/s", key: "perSecond", digits: 0 },
  { name: "p50 ms", key: "p50Ms", digits: 1 },
  { name: "p99 ms", key: "p99Ms", digits: 1 },
  { name: "CPU ms/request (web process)", key: "cpuMs", digits: 3 },
  { name: "SQL function calls/request", key: "functionCalls", digits: 3 },
  { name: "database transactions/request", key: "commits", digits: 3 },
  { name: "Redis round trips/request", key: "redis", digits: 3 },
];

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Prints every column's medians with the lowest and highest round, and each one's ratio to the last column's. */
export function printTable(columns: { name: string; samples: Sample[] }[]): void {
  const base = columns.at(-1)?.samples ?? [];
  const rows = LINES.map(({ name, key, digits }) => [name, ...columns.flatMap(({ samples }) => {
    const own = samples.map((one) => one[key]);
    const beside = median(base.map((one) => one[key]));
    return samples === base ? [describe(own, digits)] : [describe(own, digits), beside === 0 ? "" : (median(own) / beside).toFixed(2)];
  })]);
  const all = [["median (lowest to highest)", ...columns.flatMap(({ name, samples }) => (samples === base ? [name] : [name, "ratio"]))], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string => `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const [head = [], ...rest] = all;
  console.log(["", line(head), `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`, ...rest.map(line)].join("\n"));
}

function describe(values: number[], digits: number): string {
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
}

/** The value that a share of all lies at or below: 0.95 for p95, 1 for the highest. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
