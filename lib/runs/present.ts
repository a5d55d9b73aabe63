import type { RunDto, RunStatus, RunSummary, StepDto } from "@/lib/runs/schema";
import type { RunRow, RunSummaryRow, StepRow } from "@/lib/runs/repo";

/** A run without its contents, for lists. */
export function toRunSummary(row: RunSummaryRow): RunSummary {
  return {
    id: row.id, object: "run", agent: row.agent.slug, agent_id: row.agentId,
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

/** A run with everything that is known of it. */
export function toRunDto(row: RunRow): RunDto {
  return { ...toRunSummary(row), input: row.input, output: row.output, steps: row.steps.map(toStepDto) };
}

function toStepDto(row: StepRow): StepDto {
  return {
    object: "step", seq: row.seq, kind: row.kind === "tool" ? "tool" : "model", name: row.name, output: row.output, finish_reason: row.finishReason,
    input_tokens: row.inputTokens, output_tokens: row.outputTokens, model_spend_micros: Number(row.modelSpendMicros),
    start_ms: Number(row.startMs), end_ms: Number(row.endMs),
  };
}

function toMetadata(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
