/** What staff's forms send, and what their pages show. Client-safe. */
import { z } from "zod";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { MINUTE_MS } from "@/lib/core/time";

/** A meter that staff can correct, with the unit that people type it in. */
export const METERS = {
  agent_ms: { label: "Agent-minutes", unit: "min", format: "minutes", each: MINUTE_MS },
  model_micros: { label: "Model spend", unit: "$", format: "money", each: MICROS_PER_DOLLAR },
  api_calls: { label: "API calls", unit: "calls", format: "calls", each: 1 },
} as const;
export type Meter = keyof typeof METERS;
export const METER_IDS = ["agent_ms", "model_micros", "api_calls"] as const satisfies readonly Meter[];

/** The limits that staff can agree with a tenant: how the form calls them, and how many of the database's units one is. */
export const OVERRIDES = {
  minutes_ms: { label: "Agent-minutes a period", format: "minutes", each: MINUTE_MS, least: 0 },
  model_spend_micros: { label: "Model spend a period, in $", format: "money", each: MICROS_PER_DOLLAR, least: 0 },
  api_calls: { label: "API calls a period", format: "count", each: 1, least: 0 },
  overage_micros_per_minute: { label: "Overage a minute, in $", format: "money", each: MICROS_PER_DOLLAR, least: 1 },
  requests_per_minute: { label: "API requests a minute", format: "count", each: 1, least: 1 },
  concurrent_runs: { label: "Concurrent runs", format: "count", each: 1, least: 0 },
  queue_depth: { label: "Runs that may wait", format: "count", each: 1, least: 0 },
  longest_run_ms: { label: "Longest run, in minutes", format: "minutes", each: MINUTE_MS, least: 1 },
  agents: { label: "Agents", format: "count", each: 1, least: 0 },
  members: { label: "Members", format: "count", each: 1, least: 1 },
} as const;
export type OverrideField = keyof typeof OVERRIDES;
// Object.keys gives exactly the keys of a literal.
export const OVERRIDE_FIELDS = Object.keys(OVERRIDES) as OverrideField[];

/** Counts are integers of the database; minutes and money are big ones of it, and still numbers of JavaScript. */
const MOST = 1_000_000_000;
const NUMBER = /^\d{1,10}(\.\d{1,6})?$/;

/** A typed number in the database's unit, null for an empty field, or what is wrong with it. */
export function readAmount(text: string, { each, least }: { each: number; least: number }): number | null | { problem: string } {
  const typed = text.trim().replaceAll(",", "");
  if (typed === "") return null;
  if (!NUMBER.test(typed) || Number(typed) > MOST) return { problem: "Type a number, or nothing for the plan’s own." };
  const value = Math.round(Number(typed) * each);
  if (each === 1 && !Number.isInteger(Number(typed))) return { problem: "Type a whole number." };
  return value < least ? { problem: "Type more than nothing." } : value;
}

/** Of a correction, in the meter's own unit: sixteen million minutes, a million dollars. */
const MOST_QUANTITY = 1_000_000_000_000;

const reason = z.string().trim().min(3, "Say why; it is kept in the audit log.").max(500, "Use at most 500 characters.");
const workspace = z.string().min(1).max(64);
/** The day on which an override ends; it holds until that day is over in UTC. */
const lastDay = z.string().default("").transform((text, context) => {
  if (text === "") return null;
  const at = z.iso.date().safeParse(text).success ? new Date(`${text}T23:59:59Z`) : null;
  if (!at || at.getTime() <= Date.now()) context.addIssue({ code: "custom", message: at ? "It cannot end in the past." : "Choose a day." });
  return at?.toISOString() ?? null;
});

/** Values as the columns of `tenant_override`; a limit that is absent stays the plan's own. */
export const overrideSchema = z.object({ workspace, reason, expires_on: lastDay, ...Object.fromEntries(OVERRIDE_FIELDS.map((field) => [field, z.string().default("")])) as Record<OverrideField, z.ZodDefault<z.ZodString>> })
  .transform((typed, context) => {
    const limits: Partial<Record<OverrideField, number>> = {};
    for (const field of OVERRIDE_FIELDS) {
      const amount = readAmount(typed[field], OVERRIDES[field]);
      if (amount !== null && typeof amount === "object") context.addIssue({ code: "custom", path: [field], message: amount.problem });
      else if (amount !== null) limits[field] = amount;
    }
    if (context.issues.length === 0 && Object.keys(limits).length === 0) context.addIssue({ code: "custom", path: ["form"], message: "Set at least one limit. To go back to the plan, remove the override." });
    return { workspace: typed.workspace, values: { ...limits, reason: typed.reason, ...(typed.expires_on ? { expires_at: typed.expires_on } : {}) } };
  });
export type OverrideValues = z.output<typeof overrideSchema>["values"];

export const removeOverrideSchema = z.object({ workspace });
export const pauseSchema = z.object({ workspace, paused: z.enum(["on", "off"]).transform((value) => value === "on"), note: reason });

/** A signed quantity in the unit that the meter is typed in: `-12.5` minutes, `+3` calls. Null: it is none. */
export function readQuantity(text: string, meter: Meter): number | null {
  const typed = text.trim().replaceAll(",", "").replace("−", "-");
  if (!/^[+-]?\d{1,9}(\.\d{1,6})?$/.test(typed)) return null;
  const value = Number(typed) * METERS[meter].each;
  // A millisecond, a micro-dollar, a call: nothing is smaller. More than anybody uses would not fit the sums that are charged.
  return Math.abs(value - Math.round(value)) > 1e-6 || value === 0 || Math.abs(value) > MOST_QUANTITY ? null : Math.round(value);
}

export const adjustSchema = z.object({ workspace, period: z.iso.datetime({ message: "Choose a period." }), meter: z.enum(METER_IDS), quantity: z.string(), reason })
  .transform((typed, context) => {
    const quantity = readQuantity(typed.quantity, typed.meter);
    if (quantity === null) context.addIssue({ code: "custom", path: ["quantity"], message: "Type how much to add, or to take away with a minus." });
    return { ...typed, quantity: quantity ?? 0 };
  });
export type Adjustment = z.output<typeof adjustSchema>;

export const reconcileSchema = z.object({ workspace: z.string().trim().min(1, "Type the address of a workspace.").max(64) });

export type Period = { start: string; end: string } & Record<Meter, number>;
export type StaffAlert = { id: string; kind: string; key: string | null; meter: string; percent: number; used: number; quota: number; crossedAt: string; notifiedAt: string | null };
export type Limits = Record<OverrideField, number | null>;
/** One workspace as staff see it. Durations in ms, money in micro-dollars, times as ISO instants. */
export type StaffTenant = {
  id: string; slug: string; name: string; planId: string; createdAt: string; members: number;
  pausedAt: string | null; pauseReason: string | null; deleteAfter: string | null;
  period: { start: string; end: string };
  quotas: Record<Meter, number>; caps: Record<Meter, number>;
  overage: { enabled: boolean; spendLimitMicros: number; microsPerMinute: number | null };
  /** What the plan says, and what holds now. */
  plan: Limits; limits: Limits;
  override: { values: Partial<Limits>; reason: string; setBy: string; expiresAt: string | null; expired: boolean; updatedAt: string } | null;
  /** The current one first; only those that can still be corrected. */
  periods: Period[];
  alerts: StaffAlert[];
};
