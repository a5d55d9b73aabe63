import { z } from "zod";
import type { Admission } from "@/lib/limits/admission";

/** The counters that caps are compared with, at this moment: ahead of the rollups by about a second. Leased is held by runs that execute. */
export const liveUsageSchema = z.object({
  object: z.literal("live_usage"),
  at: z.string(),
  runs: z.object({ running: z.number(), queued: z.number() }),
  agent_ms: z.object({ used: z.number(), leased: z.number() }),
  model_micros: z.object({ used: z.number(), leased: z.number() }),
  api_calls: z.object({ used: z.number() }),
});
export type LiveUsage = z.output<typeof liveUsageSchema>;

/** What an admission and a count of runs say of this moment. */
export function toLiveUsage({ usage }: Pick<Admission, "usage">, runs: { running: number; queued: number }): LiveUsage {
  return {
    object: "live_usage", at: new Date().toISOString(), runs,
    agent_ms: { used: usage.ms, leased: usage.leasedMs }, model_micros: { used: usage.micros, leased: usage.leasedMicros }, api_calls: { used: usage.calls },
  };
}
