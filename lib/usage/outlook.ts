import type { Admission } from "@/lib/limits/admission";
import { forecastCap } from "@/lib/usage/forecast";
import type { Quantities } from "@/lib/usage/schema";

/** When each cap is reached at the present pace, as ISO 8601 instants; null: not in this period. */
export type Outlook = { minutes: string | null; calls: string | null; spend: string | null };

/**
 * Foresees every cap of a tenant.
 * @param recent use of the last whole UTC days, oldest first
 */
export function outlookOf({ usage, caps, period }: Pick<Admission, "usage" | "caps" | "period">, recent: readonly Quantities[], now: Date): Outlook {
  const reach = (used: number, cap: number, meter: keyof Quantities): string | null => {
    const recentDaily = recent.map((day) => day[meter]);
    return forecastCap({ used, cap, periodStart: period.start, periodEnd: period.end, now, recentDaily }).reachesAt?.toISOString() ?? null;
  };
  return { minutes: reach(usage.ms, caps.ms, "agent_ms"), calls: reach(usage.calls, caps.calls, "api_calls"), spend: reach(usage.micros, caps.micros, "model_micros") };
}
