/** The tool calls of a model's turn: several at once, each stored as a step of its own when it is done. */
import { CALLS_AT_ONCE } from "@/lib/runs/policy";
import { seqOfCall, type Turn } from "@/lib/runs/transcript";
import { executedMs, type Job } from "@/lib/runs/worker/job";
import { storeStep } from "@/lib/runs/worker/repo";
import type { Toolbox } from "@/lib/runs/worker/toolbox";
import { untilStored } from "@/lib/runs/worker/until-stored";

/**
 * Makes the calls of a turn that are not stored yet, and adds their results to it. A call's `Idempotency-Key` is its run
 * and its place: one whose result was never stored is made again under the same key.
 * False: the run is somebody else's now. @throws why the run has to stop
 */
export async function answerCalls(job: Job, toolbox: Toolbox, turn: Turn): Promise<boolean> {
  const open = turn.calls.map((call, place) => ({ call, place })).filter(({ place }) => !turn.results.has(place));
  let held = true;
  const work = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined && held; next = open.shift()) held = (await answerCall(job, toolbox, turn, next.place)) && held;
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, open.length) }, work));
  return held;
}

async function answerCall({ claim, lease, run, events }: Job, toolbox: Toolbox, turn: Turn, place: number): Promise<boolean> {
  const call = turn.calls[place];
  if (!call) return true;
  lease.signal.throwIfAborted();
  const seq = seqOfCall(turn, place);
  const startMs = executedMs({ run, lease });
  events.add({ type: "step.started", data: { step: seq, kind: "tool", name: call.name, arguments: call.arguments } });
  const { ok, content, childRunId } = await toolbox.call(call, { signal: lease.signal, idempotencyKey: `${run.id}-${seq}`, seq });
  lease.signal.throwIfAborted();
  const output = content.replaceAll("\u0000", "").toWellFormed();
  await events.flush();
  const kept = await untilStored(() => storeStep(claim.run_id, claim.fence, {
    seq, kind: "tool", name: call.name, output, finishReason: null, inputTokens: 0, outputTokens: 0, spentMicros: 0, startMs, endMs: executedMs({ run, lease }),
    detail: { call_id: call.id, arguments: call.arguments, ok, ...(childRunId ? { child_run_id: childRunId } : {}) },
  }));
  turn.results.set(place, { content: output, ok });
  return kept;
}
