/** One model call of a run: reserved, called, tried again where that may help, stored. */
import { setTimeout } from "node:timers/promises";
import { callModel, ModelError, type ModelAnswer, type ModelCall } from "@/lib/platform/model";
import type { Message, ToolDefinition } from "@/lib/runs/context";
import { backOffMs } from "@/lib/runs/policy";
import type { Turn } from "@/lib/runs/transcript";
import { ended, executedMs, type Job, type Outcome } from "@/lib/runs/worker/job";
import { reserveSpend, storeStep, type Reservation } from "@/lib/runs/worker/repo";
import { costOf, estimateTokens, mostItCosts } from "@/lib/runs/worker/spend";
import { untilStored } from "@/lib/runs/worker/until-stored";

/** How often a call that waits for others' reservations asks again, and how long it waits at most. */
const WAIT_MS = 200;
const LONGEST_WAIT_MS = 60_000;

const REFUSALS: Record<Exclude<Reservation, "reserved" | "lost">, Outcome> = {
  wait: ended("stopped", "spend_cap_reached", "What is left of the period's model spend does not cover this call. The model was not called."),
  refused: ended("stopped", "spend_cap_reached", "What is left of the period's model spend does not cover this call. The model was not called."),
  run_cap: ended("stopped", "run_spend_cap_reached", "What is left of this run's own model spend does not cover this call. The model was not called."),
};

export type ModelStep = { kind: "turn"; turn: Turn } | { kind: "ended"; outcome: Outcome } | { kind: "lost" };

/** What the model is asked. */
export type Question = { seq: number; instructions: string; messages: Message[]; tools: ToolDefinition[]; outputSchema?: Record<string, unknown> };

/** Asks the model and stores its answer as a step. @throws ModelError, or why the run has to stop */
export async function askModel(job: Job, question: Question): Promise<ModelStep> {
  const { claim, lease, model, endpoint, context, open, events } = job;
  const { seq } = question;
  const maxOutputTokens = Math.min(model.max_output_tokens, context?.max_output_tokens ?? model.max_output_tokens);
  const prompt = textsOf(question);
  const most = mostItCosts(model, prompt, maxOutputTokens);
  const reservation = most > 0 ? await untilReserved(job, most) : "reserved";
  if (reservation === "lost") return { kind: "lost" };
  if (reservation !== "reserved") return { kind: "ended", outcome: REFUSALS[reservation] };

  const startMs = executedMs(job);
  events.add({ type: "step.started", data: { step: seq, kind: "model", name: model.id } });
  Object.assign(open, { text: "", model, prompt });
  const answer = await callWithRetries(job, seq, {
    model: model.id, endpoint, instructions: question.instructions, messages: question.messages, tools: question.tools, toolChoice: context?.tool_choice,
    temperature: context?.temperature ?? job.config.temperature, outputSchema: question.outputSchema, maxOutputTokens, signal: lease.signal,
    onText: (text) => {
      // PostgreSQL cannot store the character NUL; no readable answer needs it.
      const clean = text.replaceAll("\u0000", "");
      open.text += clean;
      events.addText(seq, clean);
    },
  });
  await events.flush();
  const inputTokens = answer.inputTokens ?? estimateTokens(...prompt);
  const outputTokens = answer.outputTokens ?? estimateTokens(answer.text);
  const calls = answer.toolCalls.map((call) => ({ ...call, arguments: call.arguments.replaceAll("\u0000", "") }));
  const kept = await untilStored(() => storeStep(claim.run_id, claim.fence, {
    seq, kind: "model", name: model.id, output: open.text, finishReason: answer.finishReason, inputTokens, outputTokens,
    spentMicros: costOf(model, inputTokens, outputTokens), startMs, endMs: executedMs(job), detail: { tool_calls: calls },
  }));
  open.model = null;
  return kept ? { kind: "turn", turn: { seq, text: open.text, finishReason: answer.finishReason, calls, results: new Map() } } : { kind: "lost" };
}

/** Tries a call again that may pass, as often as the agent says. The run's clock stands still meanwhile. */
async function callWithRetries(job: Job, seq: number, call: ModelCall): Promise<ModelAnswer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await callModel(call);
    } catch (error) {
      // Once text has gone out to listeners it cannot be taken back.
      if (!(error instanceof ModelError && error.mayPass) || attempt >= job.config.retries || job.open.text !== "") throw error;
      const waitMs = backOffMs(attempt, error.retryAfterMs, Math.random());
      job.events.add({ type: "step.retrying", data: { step: seq, attempt: attempt + 1, reason: error.fault, wait_ms: waitMs } });
      // A call that failed this way costs nothing.
      job.open.model = null;
      const resume = job.lease.hold();
      try {
        await setTimeout(waitMs, undefined, { signal: job.lease.signal });
      } finally {
        resume();
      }
      job.open.model = job.model;
    }
  }
}

/**
 * Reserves what a call may cost. While only other runs' reservations are in the way it waits for what comes back of
 * them, and the run's clock stands still.
 */
async function untilReserved({ claim, lease }: Job, micros: number): Promise<Reservation> {
  const until = performance.now() + LONGEST_WAIT_MS;
  const resume = lease.hold();
  try {
    for (;;) {
      const answer = await reserveSpend(claim.run_id, claim.fence, micros);
      if (answer !== "wait" || performance.now() > until) return answer;
      await setTimeout(WAIT_MS, undefined, { signal: lease.signal });
    }
  } finally {
    resume();
  }
}

function textsOf({ instructions, messages, tools, outputSchema }: Question): string[] {
  return [
    instructions,
    ...messages.flatMap((message) => (message.role === "assistant" ? [message.content, ...message.tool_calls.flatMap((call) => [call.name, call.arguments])] : [message.content])),
    ...tools.map((tool) => JSON.stringify(tool)),
    ...(outputSchema ? [JSON.stringify(outputSchema)] : []),
  ];
}
