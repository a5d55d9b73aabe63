/** Runs as OpenAI's clients read them. Pure. */
import type { RunDto, StepDto } from "@/lib/runs/schema";
import type { ChatCompletion, ChatModel, ChatUsage, FinishReason } from "@/lib/chat/schema";

type ToolCallDto = NonNullable<ChatCompletion["choices"][number]["message"]["tool_calls"]>[number];

/** What a run that succeeded says to the caller. */
export type Answer = { content: string; toolCalls: ToolCallDto[]; finishReason: FinishReason; usage: ChatUsage };

/** Between the texts of two turns of the model. */
export const TURN_BREAK = "\n\n";

/**
 * The answer in a run that succeeded: the texts of its turns, without answers that did not fit the output schema, and the
 * last turn's calls of the caller's own tools, of which `callersTools` are the names.
 */
export function toAnswer(run: RunDto, callersTools: ReadonlySet<string>): Answer {
  const turns = run.steps.filter((step) => step.kind === "model");
  const last = turns.at(-1);
  const toolCalls = (last?.tool_calls ?? []).filter((call) => callersTools.has(call.name))
    .map((call): ToolCallDto => ({ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } }));
  const texts = turns.filter((step) => step === last || step.tool_calls.length > 0).map((step) => step.output).filter((text) => text !== "");
  return { content: texts.join(TURN_BREAK), toolCalls, finishReason: toolCalls.length > 0 ? "tool_calls" : toFinishReason(last), usage: toUsage(turns) };
}

function toFinishReason(last: StepDto | undefined): FinishReason {
  if (last?.finish_reason === "length") return "length";
  return last?.finish_reason === "content-filter" ? "content_filter" : "stop";
}

function toUsage(turns: StepDto[]): ChatUsage {
  const input = turns.reduce((sum, step) => sum + step.input_tokens, 0);
  const output = turns.reduce((sum, step) => sum + step.output_tokens, 0);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

/** Fields that an answer and every chunk of a stream begin with. `model`: as it was asked for. */
export function toHead(run: RunDto, model: string): { id: string; created: number; model: string } {
  return { id: `chatcmpl-${run.id}`, created: toSeconds(run.created_at), model };
}

export function toChatCompletion(run: RunDto, model: string, { content, toolCalls, finishReason, usage }: Answer): ChatCompletion {
  const { id, created } = toHead(run, model);
  const message = { role: "assistant" as const, content: content === "" && toolCalls.length > 0 ? null : content, refusal: null, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) };
  return { id, object: "chat.completion", created, model, choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }], usage };
}

export function toChatModel(agent: { slug: string; created_at: string }, owner: string): ChatModel {
  return { id: agent.slug, object: "model", created: toSeconds(agent.created_at), owned_by: owner };
}

function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}
