import { z } from "zod";
import { DAY_MS } from "@/lib/core/time";

export const METERS = ["agent_ms", "api_calls", "model_micros", "input_tokens", "output_tokens"] as const;
export type Meter = (typeof METERS)[number];

/** Longer ranges are not told by the hour: at most 744 rows and one more. */
export const MOST_HOURLY_DAYS = 31;

export const usageQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional().describe("Instant, inclusive, rounded down to the hour; the answer says to which. Default: the start of the current period, to the millisecond."),
  to: z.iso.datetime({ offset: true }).optional().describe("Instant, exclusive, rounded up to the hour; the answer says to which. Default: now."),
  group_by: z.enum(["meter", "agent", "key", "hour", "day"]).default("day").describe("What a row of the answer stands for."),
}).refine((query) => !query.from || !query.to || Date.parse(query.from) < Date.parse(query.to), { path: ["to"], message: "`to` has to be later than `from`." })
  .refine((query) => !query.from || Date.parse(query.from) > Date.now() - 731 * DAY_MS, { path: ["from"], message: "Usage is kept for two years." });
export type UsageQuery = z.output<typeof usageQuerySchema>;
export type UsageGroup = UsageQuery["group_by"];

/** In the place of an agent's and a key's id: what the platform's staff corrected. */
export const CORRECTION = "correction";

const quantitiesSchema = z.object({ agent_ms: z.number(), api_calls: z.number(), model_micros: z.number(), input_tokens: z.number(), output_tokens: z.number() });
export type Quantities = z.output<typeof quantitiesSchema>;

/** One group: `key` is a meter, an agent's or key's id (empty: none; `correction`: what Stint corrected, which may be less than nothing), or the start of an hour or a UTC day. */
export const usageRowSchema = quantitiesSchema.extend({ key: z.string(), label: z.string() });
export type UsageRow = z.output<typeof usageRowSchema>;

export const usageDtoSchema = z.object({
  object: z.literal("usage"), from: z.string(), to: z.string(), group_by: z.string(), data: z.array(usageRowSchema), total: quantitiesSchema,
});
export type UsageDto = z.output<typeof usageDtoSchema>;
