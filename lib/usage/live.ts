import { hash } from "node:crypto";
import { z } from "zod";
import type { Admission } from "@/lib/limits/admission";

export const liveUsageQuerySchema = z.strictObject({
  after: z.string().max(64).optional().describe("The `revision` of an earlier answer: this one comes when something is other than it says, after 20 seconds in any case."),
});

/** The counters that caps are compared with, at this moment: ahead of the rollups by about a second. Leased is held by runs that execute. */
export const liveUsageSchema = z.object({
  object: z.literal("live_usage"),
  at: z.string(),
  revision: z.string().describe("Stays the same while what is used and how many runs are under way does."),
  runs: z.object({ running: z.number(), queued: z.number() }),
  agent_ms: z.object({ used: z.number(), leased: z.number() }),
  model_micros: z.object({ used: z.number(), leased: z.number() }),
  api_calls: z.object({ used: z.number() }),
});
export type LiveUsage = z.output<typeof liveUsageSchema>;

/** What an admission and a count of runs say of this moment. */
export function toLiveUsage({ usage }: Pick<Admission, "usage">, runs: { running: number; queued: number }): LiveUsage {
  // As `usage_revisions` does in SQL.
  const revision = hash("sha256", [runs.running, runs.queued, usage.ms, usage.micros, usage.calls].join(" ")).slice(0, 16);
  return {
    object: "live_usage", at: new Date().toISOString(), revision, runs,
    agent_ms: { used: usage.ms, leased: usage.leasedMs }, model_micros: { used: usage.micros, leased: usage.leasedMicros }, api_calls: { used: usage.calls },
  };
}
