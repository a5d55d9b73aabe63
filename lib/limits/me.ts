import { z } from "zod";
import type { Admission } from "@/lib/limits/admission";

const usedOfCap = z.object({ used: z.number(), cap: z.number(), remaining: z.number() });

/** The answer of `GET /me`: who the key is, and what is left. Durations in ms, money in micro-dollars. */
export const meSchema = z.object({
  object: z.literal("me"),
  tenant: z.object({ id: z.string(), slug: z.string(), name: z.string(), plan: z.string(), paused: z.boolean() }),
  key: z.object({ id: z.string(), name: z.string() }).nullable(),
  role: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
  period: z.object({ start: z.string(), end: z.string() }),
  usage: z.object({ agent_ms: usedOfCap, api_calls: usedOfCap, model_spend_micros: usedOfCap }),
  limits: z.object({ requests_per_minute: z.number(), concurrent_runs: z.number(), queued_runs: z.number(), longest_run_ms: z.number(), agents: z.number().nullable() }),
});

/** Presents an admission. */
export function toMeDto(by: Admission): z.output<typeof meSchema> {
  return {
    object: "me",
    tenant: { id: by.tenant.id, slug: by.tenant.slug, name: by.tenant.name, plan: by.tenant.planId, paused: by.tenant.pausedAt !== null },
    key: by.key && { id: by.key.id, name: by.key.name }, role: by.role, scopes: by.scopes,
    period: { start: by.period.start.toISOString(), end: by.period.end.toISOString() },
    usage: {
      agent_ms: toUsedOfCap(by.usage.ms, by.caps.ms), api_calls: toUsedOfCap(by.usage.calls, by.caps.calls),
      model_spend_micros: toUsedOfCap(by.usage.micros, by.caps.micros),
    },
    limits: {
      requests_per_minute: by.limits.requestsPerMinute, concurrent_runs: by.limits.concurrentRuns, queued_runs: by.limits.queueDepth,
      longest_run_ms: by.limits.longestRunMs, agents: by.limits.agents,
    },
  };
}

function toUsedOfCap(used: number, cap: number): z.output<typeof usedOfCap> {
  return { used, cap, remaining: Math.max(0, cap - used) };
}
