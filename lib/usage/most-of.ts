import { addUp } from "@/lib/usage/quantities";
import type { UsageRow } from "@/lib/usage/schema";

/** As many as somebody reads; the CSV has them all. */
const MOST = 50;

/** The first rows of a long list, and the sum of the others as one. */
export function mostOf(rows: readonly UsageRow[]): UsageRow[] {
  const others = rows.slice(MOST);
  return others.length < 2 ? [...rows] : [...rows.slice(0, MOST), { key: "others", label: `${others.length} others`, ...addUp(others) }];
}
