/** What a claimed run does: model and tools in turn, from the last stored step on, until the model has answered. */
import { withTenant } from "@/lib/platform/db";
import { readAgentVersion } from "@/lib/agents/service";
import { resolveModel } from "@/lib/models/lookup";
import { runContextSchema, type Message } from "@/lib/runs/context";
import { findOutputFault, inWords, repairMessage } from "@/lib/runs/output";
import { MAX_CALLS_A_TURN, MAX_HISTORY_RUNS, MAX_REPAIRS } from "@/lib/runs/policy";
import { messagesOf, seqAfter, toTurns, type Turn } from "@/lib/runs/transcript";
import type { EventSink } from "@/lib/runs/worker/event-writer";
import { ended, type Job, type OpenCall, type Outcome } from "@/lib/runs/worker/job";
import type { Lease } from "@/lib/runs/worker/lease";
import { askModel } from "@/lib/runs/worker/model-step";
import { loadHistory, loadRun, type Claim } from "@/lib/runs/worker/repo";
import { answerCalls } from "@/lib/runs/worker/tool-step";
import { openToolbox, type Toolbox } from "@/lib/runs/worker/toolbox";

/** Works on a run until it ends; null: it is no longer ours. @throws ModelError, or why the run has to stop */
export async function work(claim: Claim, lease: Lease, events: EventSink, open: OpenCall): Promise<Outcome | null> {
  const loaded = await withTenant(claim.tenant_id, async (tx) => {
    const run = await loadRun(tx, claim.tenant_id, claim.run_id);
    if (!run) return null;
    const config = await readAgentVersion(tx, claim.tenant_id, run.agentId, run.agentVersion);
    const resolved = await resolveModel(tx, claim.tenant_id, run.model);
    return { run, config, resolved, history: run.previousRunId === null ? [] : await loadHistory(tx, claim.tenant_id, run.previousRunId, MAX_HISTORY_RUNS) };
  });
  if (!loaded) return null;
  const { run, config, resolved, history } = loaded;
  if (!resolved) return ended("failed", "model_unknown", `The model \`${run.model}\` is not offered here any more.`);
  const context = run.context === null ? null : runContextSchema.parse(run.context);
  const job: Job = { claim, lease, run, config, model: resolved.info, endpoint: resolved.endpoint, context, events, open };
  const before: Message[] = context?.messages ?? [
    ...history.flatMap((one): Message[] => [{ role: "user", content: one.input }, { role: "assistant", content: one.output ?? "", tool_calls: [] }]),
    { role: "user", content: run.input },
  ];
  const toolbox = await openToolbox(job);
  try {
    return await converse(job, toolbox, before);
  } finally {
    await toolbox.close();
  }
}

async function converse(job: Job, toolbox: Toolbox, before: Message[]): Promise<Outcome | null> {
  const { config, context, lease, model, open } = job;
  const schema = context?.output_schema ?? config.output_schema ?? undefined;
  const turns = toTurns(job.run.steps);
  for (;;) {
    lease.signal.throwIfAborted();
    const turn = turns.at(-1);
    if (turn) {
      open.text = turn.text;
      if (turn.calls.length > MAX_CALLS_A_TURN) return ended("failed", "too_many_tool_calls", `The model asked for ${turn.calls.length} tool calls at once; at most ${MAX_CALLS_A_TURN} are made.`);
      const callers = turn.calls.filter((call) => toolbox.isCallers(call.name));
      if (callers.length > 0) return succeeded(turn.text);
      if (turn.results.size < turn.calls.length && !(await answerCalls(job, toolbox, turn))) return null;
      if (turn.calls.length === 0) {
        const fault = findOutputFault(schema, turn.text);
        if (fault === null) return succeeded(turn.text);
        if (countAnswers(turns) > MAX_REPAIRS) return ended("failed", "output_invalid", `The answer does not fit the output schema: ${fault}`, { output: turn.text });
      }
    }
    if (turns.length >= config.max_steps) {
      return ended("failed", "max_steps_reached", `The agent may make ${config.max_steps} model calls a run, and had not answered by then.`, { output: turn?.text || null });
    }
    const step = await askModel(job, {
      seq: turn ? seqAfter(turn) : 1,
      instructions: schema && !model.structured_output ? `${config.instructions}\n\n${inWords(schema)}` : config.instructions,
      messages: [...before, ...turns.flatMap((one) => conversationOf(one, schema))],
      tools: toolbox.definitions,
      outputSchema: model.structured_output ? schema : undefined,
    });
    if (step.kind === "lost") return null;
    if (step.kind === "ended") return { ...step.outcome, output: turn?.text || null };
    turns.push(step.turn);
  }
}

/** What a turn adds to the conversation; an answer that did not fit is followed by what was wrong with it. */
function conversationOf(turn: Turn, schema: Record<string, unknown> | undefined): Message[] {
  const fault = turn.calls.length === 0 ? findOutputFault(schema, turn.text) : null;
  return fault === null ? messagesOf(turn) : [...messagesOf(turn), { role: "user", content: repairMessage(fault) }];
}

function countAnswers(turns: Turn[]): number {
  return turns.filter((turn) => turn.calls.length === 0).length;
}

function succeeded(output: string): Outcome {
  return ended("succeeded", null, null, { output });
}
