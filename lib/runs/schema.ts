import { z } from "zod";
import { listSchema, pageQuerySchema } from "@/lib/core/pagination";
import { toolCallSchema } from "@/lib/runs/context";

export const RUN_STATUSES = ["queued", "running", "succeeded", "failed", "canceled", "timed_out", "stopped"] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.output<typeof runStatusSchema>;

/** Statuses in which a run stays for ever. */
export function isEnded(status: string): boolean {
  return status !== "queued" && status !== "running";
}

/** Largest input, in UTF-8 bytes. */
export const MAX_INPUT_BYTES = 256 * 1024;

export const runInputSchema = z.string().min(1, "The input is empty.")
  .refine((text) => text.trim().length > 0, "The input is empty.")
  .refine((text) => new TextEncoder().encode(text).byteLength <= MAX_INPUT_BYTES, "The input is larger than 256 KiB.");

/** Pairs of text that a caller keeps with a run. */
export const metadataSchema = z.record(z.string().min(1).max(64), z.string().max(512))
  .refine((value) => Object.keys(value).length <= 16, "Use at most 16 keys.");

export const createRunSchema = z.strictObject({
  /** Id or slug. */
  agent: z.string().min(1, "Name the agent by its slug or id.").max(64),
  input: runInputSchema,
  /** Answer with the run's events as they happen. */
  stream: z.boolean().default(false),
  /** Answer when the run has ended, or after ten minutes with the run as it is then. */
  wait: z.boolean().default(false),
  metadata: metadataSchema.optional(),
  /** Longest execution in minutes; the plan's and the agent's limits still hold. */
  max_minutes: z.number().positive().max(1_440).optional(),
  /** Goes on from this run: the model is told what was said in it and in those before it. */
  previous_run_id: z.string().max(64).optional(),
}).refine((run) => !(run.stream && run.wait), { path: ["wait"], message: "Choose either `stream` or `wait`." });
export type CreateRun = z.output<typeof createRunSchema>;

export const stepDtoSchema = z.object({
  object: z.literal("step"), seq: z.number(), kind: z.enum(["model", "tool"]), name: z.string(), output: z.string(), finish_reason: z.string().nullable(),
  input_tokens: z.number(), output_tokens: z.number(), model_spend_micros: z.number(), start_ms: z.number(), end_ms: z.number(),
  /** What a model step asked to have called. */
  tool_calls: z.array(toolCallSchema),
  /** A tool step's arguments, as the model wrote them; null: it is a model step. */
  arguments: z.string().nullable(),
  /** Whether the tool did what it was asked; null: it is a model step. */
  ok: z.boolean().nullable(),
  /** The run that a call to another agent became. */
  child_run_id: z.string().nullable(),
});
export type StepDto = z.output<typeof stepDtoSchema>;

const runSummarySchema = z.object({
  id: z.string(), object: z.literal("run"), agent: z.string(), agent_id: z.string(), agent_version: z.number(), status: runStatusSchema, model: z.string(),
  /** The run that this one goes on from. */
  previous_run_id: z.string().nullable(),
  /** The run whose model handed this one out. */
  parent_run_id: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  metadata: z.record(z.string(), z.string()),
  usage: z.object({
    /** Metered milliseconds of execution. */
    agent_ms: z.number(),
    /** Milliseconds lost to the platform's own fault, not billed. */
    lost_ms: z.number(),
    input_tokens: z.number(), output_tokens: z.number(), model_spend_micros: z.number(),
  }),
  max_ms: z.number(), created_at: z.string(), started_at: z.string().nullable(), finished_at: z.string().nullable(),
  /** When input, output, steps' outputs and events were deleted; null while they are kept. */
  content_deleted_at: z.string().nullable(),
});
export type RunSummary = z.output<typeof runSummarySchema>;

export const runDtoSchema = runSummarySchema.extend({
  input: z.string(), output: z.string().nullable(), steps: z.array(stepDtoSchema),
  /** How many of the workspace's runs are before it; null: it does not wait. */
  queue_position: z.number().nullable(),
});
export type RunDto = z.output<typeof runDtoSchema>;
export const runListSchema = listSchema(runSummarySchema);

const runIdSchema = z.string().regex(/^run_[0-9a-hjkmnp-tv-z]{26}$/, "A run is named by its id.");
const momentSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()], { error: "Use a time of ISO 8601, such as 2026-11-23T00:00:00Z." }).transform((text) => new Date(text));

export const runListQuerySchema = pageQuerySchema.extend({
  status: runStatusSchema.optional(),
  agent: z.string().regex(/^[a-z0-9_-]{1,64}$/, "An agent is named by its slug or id.").optional(),
  /** The key that asked for the run, or for the first run above it. */
  api_key: z.string().regex(/^key_[0-9a-hjkmnp-tv-z]{26}$/, "An API key is named by its id.").optional(),
  /** Asked for at this moment or later, and before that one. */
  created_after: momentSchema.optional(), created_before: momentSchema.optional(),
  /** Without the runs that other runs handed out. */
  first_only: z.enum(["true", "false"]).transform((text) => text === "true").optional(),
  /** What this run handed out. */
  parent: runIdSchema.optional(),
  /** What goes on from this run. */
  previous: runIdSchema.optional(),
}).superRefine((query, context) => {
  for (const alone of ["parent", "previous"] as const) {
    const others = Object.entries(query).filter(([name, value]) => value !== undefined && !["limit", "cursor", alone].includes(name));
    if (query[alone] !== undefined && others.length > 0) {
      context.addIssue({ code: "custom", path: [alone], message: `Use \`${alone}\` without other filters.` });
    }
  }
});
export type RunListQuery = z.output<typeof runListQuerySchema>;
