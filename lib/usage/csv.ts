import { toCsvLine } from "@/lib/core/csv";
import { utcDay } from "@/lib/core/time";
import { METERS, type UsageDto } from "@/lib/usage/schema";

/** The rows of an answer as CSV, under the names that the JSON has. Without the total: whoever reads a table sums it. */
export function toUsageCsv({ data }: UsageDto): string {
  return [toCsvLine(["key", "label", ...METERS]), ...data.map((row) => toCsvLine([row.key, row.label, ...METERS.map((meter) => row[meter])]))].join("");
}

/** What a browser saves it as. The slug holds letters, digits and hyphens only. */
export function usageFileName(slug: string, { from, to, group_by }: UsageDto): string {
  return `usage-${slug}-by-${group_by}-${utcDay(new Date(from))}-${utcDay(new Date(to))}.csv`;
}
