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

/** Prints both sides' medians with the lowest and highest round, and the ratio of the medians. */
export function printTable(nameA: string, a: Sample[], nameB: string, b: Sample[]): void {
  const rows = LINES.map(({ name, key, digits }) => {
    const [left, right] = [a.map((one) => one[key]), b.map((one) => one[key])];
    const ratio = median(right) === 0 ? "" : (median(left) / median(right)).toFixed(2);
    return [name, describe(left, digits), describe(right, digits), ratio];
  });
  const all = [["median (lowest to highest)", nameA, nameB, "ratio"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  console.log("");
  for (const row of all) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("   "));
}

function describe(values: number[], digits: number): string {
  return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
}
