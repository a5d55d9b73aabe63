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
  agent: z.string().min(1, "Name the agent by its slug or id.").max(64).describe("Id or slug."),
  input: runInputSchema.describe("The text to work on, at most 256 KiB."),
  stream: z.boolean().default(false).describe("Answer with the run's events as they happen."),
  wait: z.boolean().default(false).describe("Answer when the run has ended, or after ten minutes with the run as it is then."),
  metadata: metadataSchema.optional().describe("Up to 16 pairs of text of your own, kept with the run."),
  max_minutes: z.number().positive().max(1_440).optional().describe("Longest execution in minutes; the plan's and the agent's limits still hold."),
  previous_run_id: z.string().max(64).optional().describe("Goes on from this run: the model is told what was said in it and in those before it."),
}).refine((run) => !(run.stream && run.wait), { path: ["wait"], message: "Choose either `stream` or `wait`." });
export type CreateRun = z.output<typeof createRunSchema>;

export const stepDtoSchema = z.object({
  object: z.literal("step"), seq: z.number(), kind: z.enum(["model", "tool"]), name: z.string(), output: z.string(), finish_reason: z.string().nullable(),
  input_tokens: z.number(), output_tokens: z.number(), model_spend_micros: z.number(), start_ms: z.number(), end_ms: z.number(),
  tool_calls: z.array(toolCallSchema).describe("What a model step asked to have called."),
  arguments: z.string().nullable().describe("A tool step's arguments, as the model wrote them; null: it is a model step."),
  ok: z.boolean().nullable().describe("Whether the tool did what it was asked; null: it is a model step."),
  child_run_id: z.string().nullable().describe("The run that a call to another agent became."),
});
export type StepDto = z.output<typeof stepDtoSchema>;

const runSummarySchema = z.object({
  id: z.string(), object: z.literal("run"), agent: z.string(), agent_id: z.string(), agent_version: z.number(), status: runStatusSchema, model: z.string(),
  previous_run_id: z.string().nullable().describe("The run that this one goes on from."),
  parent_run_id: z.string().nullable().describe("The run whose model handed this one out."),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  metadata: z.record(z.string(), z.string()),
  usage: z.object({
    agent_ms: z.number().describe("Metered milliseconds of execution."),
    lost_ms: z.number().describe("Milliseconds lost to the platform's own fault, not billed."),
    input_tokens: z.number(), output_tokens: z.number(), model_spend_micros: z.number(),
  }),
  max_ms: z.number(), created_at: z.string(), started_at: z.string().nullable(), finished_at: z.string().nullable(),
  content_deleted_at: z.string().nullable().describe("When input, output, steps' outputs and events were deleted; null while they are kept."),
});
export type RunSummary = z.output<typeof runSummarySchema>;

export const runDtoSchema = runSummarySchema.extend({
  input: z.string(), output: z.string().nullable(), steps: z.array(stepDtoSchema),
  queue_position: z.number().nullable().describe("How many of the workspace's runs are before it; null: it does not wait."),
});
export type RunDto = z.output<typeof runDtoSchema>;
export const runListSchema = listSchema(runSummarySchema);

const runIdSchema = z.string().regex(/^run_[0-9a-hjkmnp-tv-z]{26}$/, "A run is named by its id.");
const momentSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()], { error: "Use a time of ISO 8601, such as 2026-11-23T00:00:00Z." }).transform((text) => new Date(text));

export const runListQuerySchema = pageQuerySchema.extend({
  status: runStatusSchema.optional().describe("Runs that stand so."),
  agent: z.string().regex(/^[a-z0-9_-]{1,64}$/, "An agent is named by its slug or id.").optional().describe("Runs of this agent, by slug or id."),
  api_key: z.string().regex(/^key_[0-9a-hjkmnp-tv-z]{26}$/, "An API key is named by its id.").optional()
    .describe("The key that asked for the run, or for the first run above it."),
  created_after: momentSchema.optional().describe("Asked for at this moment or later; a day means its first moment in UTC."),
  created_before: momentSchema.optional().describe("Asked for before this moment."),
  first_only: z.enum(["true", "false"]).transform((text) => text === "true").optional().describe("`true`: without the runs that other runs handed out."),
  parent: runIdSchema.optional().describe("What this run handed out."),
  previous: runIdSchema.optional().describe("What goes on from this run."),
}).superRefine((query, context) => {
  for (const alone of ["parent", "previous"] as const) {
    const others = Object.entries(query).filter(([name, value]) => value !== undefined && !["limit", "cursor", alone].includes(name));
    if (query[alone] !== undefined && others.length > 0) {
      context.addIssue({ code: "custom", path: [alone], message: `Use \`${alone}\` without other filters.` });
    }
  }
});
export type RunListQuery = z.output<typeof runListQuerySchema>;
