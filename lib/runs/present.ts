import type { RunDto, RunStatus, RunSummary, StepDto } from "@/lib/runs/schema";
import { modelDetailSchema, toolDetailSchema } from "@/lib/runs/context";
import type { RunRow, RunSummaryRow, StepRow } from "@/lib/runs/repo";

/** A run without its contents, for lists. */
export function toRunSummary(row: RunSummaryRow): RunSummary {
  return {
    id: row.id, object: "run", agent: row.agent.slug, agent_id: row.agentId, agent_version: row.agentVersion,
    previous_run_id: row.previousRunId, parent_run_id: row.parentRunId,
    // The column's check constraint allows these values only.
    status: row.status as RunStatus,
    model: row.model,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? "" },
    metadata: toMetadata(row.metadata),
    usage: {
      agent_ms: Number(row.executedMs), lost_ms: Number(row.lostMs), input_tokens: row.inputTokens, output_tokens: row.outputTokens,
      model_spend_micros: Number(row.modelSpendMicros),
    },
    max_ms: Number(row.maxMs), created_at: row.createdAt.toISOString(), started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null, content_deleted_at: row.contentDeletedAt?.toISOString() ?? null,
  };
}

/** A run with everything that is known of it. `queuePosition`: how many are before it; null: it does not wait. */
export function toRunDto(row: RunRow, queuePosition: number | null): RunDto {
  return { ...toRunSummary(row), input: row.input, output: row.output, steps: row.steps.map(toStepDto), queue_position: queuePosition };
}

function toStepDto(row: StepRow): StepDto {
  const model = modelDetailSchema.safeParse(row.detail);
  const tool = toolDetailSchema.safeParse(row.detail);
  return {
    object: "step", seq: row.seq, kind: row.kind === "tool" ? "tool" : "model", name: row.name, output: row.output, finish_reason: row.finishReason,
    input_tokens: row.inputTokens, output_tokens: row.outputTokens, model_spend_micros: Number(row.modelSpendMicros),
    start_ms: Number(row.startMs), end_ms: Number(row.endMs),
    tool_calls: model.success ? model.data.tool_calls : [],
    arguments: tool.success ? tool.data.arguments : null, ok: tool.success ? tool.data.ok : null, child_run_id: tool.success ? (tool.data.child_run_id ?? null) : null,
  };
}

function toMetadata(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
