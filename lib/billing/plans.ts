import { MINUTE_MS } from "@/lib/core/time";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";

/** `built_in`: the plan of a copy that sells none, with the numbers of its operator; it is never offered. */
export type PlanId = "free" | "starter" | "pro" | "enterprise" | "built_in";

/** What one plan includes. `null` means "by contract" for a price or quota, and "unlimited" for a count. */
export type Plan = {
  id: PlanId;
  name: string;
  /** US cents a month. */
  priceCents: number | null;
  /** Agent-milliseconds a period. */
  minutesMs: number | null;
  /** API calls a period. */
  apiCalls: number | null;
  /** Model spend a period on the platform's model key, in micro-dollars. */
  modelSpendMicros: number | null;
  requestsPerMinute: number;
  agents: number | null;
  concurrentRuns: number;
  /** Runs that may wait for a free slot before the API answers `queue_full`. */
  queueDepth: number;
  members: number | null;
  longestRunMs: number;
  /** US cents for each agent-minute past the quota, once the owner has switched overage on. */
  overageCentsPerMinute: number | null;
  trialDays: number | null;
};

/** Every plan and every limit on one screen. The database's `plan` table is a copy, written by `npm run migrate`. */
export const PLANS: Record<PlanId, Plan> = {
  free: {
    id: "free",
    name: "Free",
    priceCents: 0,
    minutesMs: 100 * MINUTE_MS,
    apiCalls: 10_000,
    modelSpendMicros: 0.5 * MICROS_PER_DOLLAR,
    requestsPerMinute: 60,
    agents: 2,
    concurrentRuns: 1,
    queueDepth: 20,
    members: 2,
    longestRunMs: 5 * MINUTE_MS,
    overageCentsPerMinute: null,
    trialDays: null,
  },
  starter: {
    id: "starter",
    name: "Starter",
    priceCents: 4_900,
    minutesMs: 1_000 * MINUTE_MS,
    apiCalls: 250_000,
    modelSpendMicros: 5 * MICROS_PER_DOLLAR,
    requestsPerMinute: 300,
    agents: 5,
    concurrentRuns: 5,
    queueDepth: 500,
    members: 5,
    longestRunMs: 10 * MINUTE_MS,
    overageCentsPerMinute: 5,
    trialDays: 14,
  },
  pro: {
    id: "pro",
    name: "Pro",
    priceCents: 14_900,
    minutesMs: 10_000 * MINUTE_MS,
    apiCalls: 2_500_000,
    modelSpendMicros: 15 * MICROS_PER_DOLLAR,
    requestsPerMinute: 1_000,
    agents: 20,
    concurrentRuns: 20,
    queueDepth: 5_000,
    members: 20,
    longestRunMs: 30 * MINUTE_MS,
    overageCentsPerMinute: 5,
    trialDays: 14,
  },
  enterprise: {
    id: "enterprise",
    name: "Enterprise",
    priceCents: null,
    minutesMs: null,
    apiCalls: null,
    modelSpendMicros: null,
    requestsPerMinute: 5_000,
    agents: null,
    concurrentRuns: 100,
    queueDepth: 20_000,
    members: null,
    longestRunMs: 60 * MINUTE_MS,
    overageCentsPerMinute: null,
    trialDays: null,
  },
  // As far as `BUILT_IN_PLAN` says nothing else.
  built_in: {
    id: "built_in",
    name: "Built-in",
    priceCents: 0,
    minutesMs: 10_000 * MINUTE_MS,
    apiCalls: 2_500_000,
    modelSpendMicros: 15 * MICROS_PER_DOLLAR,
    requestsPerMinute: 1_000,
    agents: 20,
    concurrentRuns: 20,
    queueDepth: 5_000,
    members: 20,
    longestRunMs: 30 * MINUTE_MS,
    overageCentsPerMinute: null,
    trialDays: null,
  },
};

/** Plans in the order in which they are offered. */
export const PLAN_IDS: readonly Exclude<PlanId, "built_in">[] = ["free", "starter", "pro", "enterprise"];
