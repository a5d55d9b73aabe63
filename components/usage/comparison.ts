import { formatPercent } from "@/lib/core/format";
import type { UsageRange } from "@/lib/usage/view";

const BEFORE: Record<UsageRange, string> = { today: "yesterday by this hour", period: "the period before by this point", year: "the twelve months before" };

/** What was used against as much of the time before: quiet words, no verdict, because more may be good news. Null: nothing on either side. */
export function comparison(total: number, before: number, range: UsageRange): string | null {
  if (before <= 0) return total > 0 ? `Nothing in ${BEFORE[range]}.`.replace("in yesterday", "yesterday") : null;
  const share = Math.abs(total - before) / before;
  if (share < 0.005) return `As much as ${BEFORE[range]}.`;
  const times = total / before;
  if (times >= 10) return `${Math.floor(times)} times ${BEFORE[range]}.`;
  return `${formatPercent(share)} ${total > before ? "more" : "less"} than ${BEFORE[range]}.`;
}
