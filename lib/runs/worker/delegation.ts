/** Other agents of the tenant as tools: a call is a run of its own, below the one that waits for it. */
import { newId } from "@/lib/core/ids";
import { MINUTE_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { findAgent, readOnlyRefusal } from "@/lib/agents/service";
import type { AgentDto } from "@/lib/agents/schema";
import type { ToolDefinition } from "@/lib/runs/context";
import { waitForRun } from "@/lib/runs/live";
import { MAX_DEPTH, MAX_DESCENDANTS } from "@/lib/runs/policy";
import { isEnded, MAX_INPUT_BYTES, type RunDto } from "@/lib/runs/schema";
import { executedMs, type Job } from "@/lib/runs/worker/job";
import { countDescendants, findChild, insertChild, loadAncestorAgents } from "@/lib/runs/worker/repo";
import type { CallOptions, CallResult } from "@/lib/runs/worker/toolbox";
import { untilStored } from "@/lib/runs/worker/until-stored";

export type Delegate = { definition: ToolDefinition; call: (args: Record<string, unknown>, options: CallOptions) => Promise<CallResult> };

/** The agents that a run may hand work to: none above itself, and none at all at the greatest depth. */
export async function openDelegates(tx: Tx, job: Job): Promise<Delegate[]> {
  const { run, config } = job;
  if (config.delegates.length === 0 || run.depth >= MAX_DEPTH) return [];
  const above = new Set(await loadAncestorAgents(tx, run.tenantId, run.id));
  const agents: AgentDto[] = [];
  for (const id of config.delegates) {
    const agent = above.has(id) ? null : await findAgent(tx, run.tenantId, id);
    if (agent) agents.push(agent);
  }
  return agents.map((agent) => ({ definition: describe(agent), call: (args, options) => delegate(job, agent, args, options) }));
}

function describe(agent: AgentDto): ToolDefinition {
  return {
    name: `ask_${agent.slug.replaceAll("-", "_")}`,
    description: `Hands a piece of work to the agent "${agent.name}" and returns its answer.`,
    inputSchema: { type: "object", properties: { input: { type: "string", description: "The work, with everything that the agent has to know." } }, required: ["input"], additionalProperties: false },
  };
}

async function delegate(job: Job, agent: AgentDto, args: Record<string, unknown>, { signal, seq }: CallOptions): Promise<CallResult> {
  const { run } = job;
  const { input } = args;
  if (typeof input !== "string" || input.trim() === "") return { ok: false, content: "`input` has to be a text that is not empty." };
  if (new TextEncoder().encode(input).byteLength > MAX_INPUT_BYTES) return { ok: false, content: "`input` is larger than 256 KiB." };
  const child = await untilStored(() => withTenant(run.tenantId, (tx) => openChild(tx, job, agent, input, seq)));
  if ("refusal" in child) return { ok: false, content: child.refusal };
  const childRunId = child.id;
  return { ...toResult(agent, await untilEnded(run.tenantId, childRunId, signal)), childRunId };
}

/** The child run of a step, made unless an earlier attempt has made it; or why there is none. */
async function openChild(tx: Tx, job: Job, agent: AgentDto, input: string, seq: number): Promise<{ id: string } | { refusal: string }> {
  const { run } = job;
  const found = await findChild(tx, run.tenantId, run.id, seq);
  if (found) return found;
  // The plan may have become smaller since the run began.
  if ((await findAgent(tx, run.tenantId, agent.id))?.read_only) return { refusal: readOnlyRefusal(agent.name, "run").message };
  const rootRunId = run.rootRunId ?? run.id;
  if ((await countDescendants(tx, run.tenantId, rootRunId)) >= MAX_DESCENDANTS) return { refusal: `No more than ${MAX_DESCENDANTS} runs may come of one.` };
  // What is left of the parent's time is all that the child can have.
  const leftMs = Math.max(1, Number(run.maxMs) - executedMs(job));
  const id = newId("run");
  await insertChild(tx, {
    id, tenantId: run.tenantId, agentId: agent.id, agentVersion: agent.version, model: agent.model, apiKeyId: run.apiKeyId, userId: run.userId, input, metadata: {},
    maxMs: agent.max_minutes === null ? leftMs : Math.min(leftMs, Math.ceil(agent.max_minutes * MINUTE_MS)),
    maxSpendMicros: agent.max_spend_micros, parentRunId: run.id, parentSeq: seq, rootRunId, depth: run.depth + 1,
  });
  // Another attempt's, where that one was faster.
  return (await findChild(tx, run.tenantId, run.id, seq)) ?? { id };
}

async function untilEnded(tenantId: string, runId: string, signal: AbortSignal): Promise<RunDto> {
  for (;;) {
    signal.throwIfAborted();
    const run = await untilStored(() => waitForRun(tenantId, runId, signal));
    signal.throwIfAborted();
    if (isEnded(run.status)) return run;
  }
}

function toResult(agent: AgentDto, run: RunDto): CallResult {
  if (run.status === "succeeded") return { ok: true, content: run.output ?? "" };
  const why = run.error ? `: ${run.error.message}` : ".";
  const soFar = run.output ? ` It had come to this:\n${run.output}` : "";
  return { ok: false, content: `The agent "${agent.name}" did not finish (${run.status})${why}${soFar}` };
}
