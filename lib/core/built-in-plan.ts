/** The numbers of the plan of a copy that sells none, in its operator's words. */
import { z } from "zod";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { MINUTE_MS } from "@/lib/core/time";

/** Durations in ms, money in micro-dollars; null: any number. What the operator left out is left out. */
export type BuiltInLimits = {
  minutesMs?: number; apiCalls?: number; modelSpendMicros?: number; requestsPerMinute?: number; agents?: number | null; members?: number | null;
  concurrentRuns?: number; queueDepth?: number; longestRunMs?: number;
};

const MOST = 1_000_000_000;
const amount = z.number("Use a number.").min(0, "Use 0 or more.").max(MOST, "Use at most 1,000,000,000.");
const count = amount.int("Use a whole number.");
/** The column of a workspace's requests a minute, runs, agents and members. */
const positive = count.min(1, "Use 1 or more.");

const schema = z.strictObject({
  minutes: amount.optional(),
  api_calls: count.optional(),
  model_spend_usd: amount.optional(),
  requests_per_minute: positive.optional(),
  agents: count.nullable().optional(),
  members: positive.nullable().optional(),
  concurrent_runs: positive.optional(),
  queue_depth: count.optional(),
  longest_run_minutes: amount.gt(0, "Use more than 0.").max(1_440, "Use at most 1,440.").optional(),
}, "Use a JSON object like {\"minutes\": 5000}.");

/** Reads `BUILT_IN_PLAN`: the limits, or what is wrong with it, the field named first. */
export function parseBuiltInPlan(text: string): { limits: BuiltInLimits } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // What the parser says names a place in the text, which a shell has quoted anew.
    return { problem: "It is not valid JSON. Use an object like {\"minutes\": 5000}." };
  }
  const result = schema.safeParse(json);
  if (!result.success) return { problem: result.error.issues.map(describe).join(" ") };
  const { minutes, model_spend_usd, longest_run_minutes, ...counts } = result.data;
  return {
    limits: withoutUndefined({
      minutesMs: scaled(minutes, MINUTE_MS), apiCalls: counts.api_calls, modelSpendMicros: scaled(model_spend_usd, MICROS_PER_DOLLAR), requestsPerMinute: counts.requests_per_minute,
      agents: counts.agents, members: counts.members, concurrentRuns: counts.concurrent_runs, queueDepth: counts.queue_depth,
      // Half a thousandth of a second would be no run at all.
      longestRunMs: longest_run_minutes === undefined ? undefined : Math.max(1, Math.round(longest_run_minutes * MINUTE_MS)),
    }),
  };
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `${issue.keys.join(", ")}: there is no such limit; there are ${Object.keys(schema.shape).join(", ")}.`;
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

function scaled(value: number | undefined, each: number): number | undefined {
  return value === undefined ? undefined : Math.round(value * each);
}

function withoutUndefined(limits: { [K in keyof BuiltInLimits]: BuiltInLimits[K] | undefined }): BuiltInLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
