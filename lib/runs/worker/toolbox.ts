/** Everything that the model of a run may call: the agent's tools, other agents, and the caller's own tools. */
import { withTenant } from "@/lib/platform/db";
import type { ToolCall, ToolDefinition } from "@/lib/runs/context";
import { openDelegates } from "@/lib/runs/worker/delegation";
import type { Job } from "@/lib/runs/worker/job";
import { loadToolSet } from "@/lib/tools/service";

export type CallOptions = { signal: AbortSignal; idempotencyKey: string; seq: number };
export type CallResult = { ok: boolean; content: string; childRunId?: string };

export type Toolbox = {
  definitions: ToolDefinition[];
  /** Whether the caller of the run answers this one: it ends the run. */
  isCallers: (name: string) => boolean;
  /** Never rejects but for why the run has to stop; a call that failed says so to the model. */
  call: (call: ToolCall, options: CallOptions) => Promise<CallResult>;
  close: () => Promise<void>;
};

/** Opens the tools of a run. @throws AppError `unavailable` when the database is away */
export async function openToolbox(job: Job): Promise<Toolbox> {
  const { claim, config, context } = job;
  const [own, delegates] = await Promise.all([loadToolSet(claim.tenant_id, config.tools), withTenant(claim.tenant_id, (tx) => openDelegates(tx, job))]);
  const offered = [...own.tools, ...delegates.map(({ definition }) => definition)];
  const taken = new Set(offered.map(({ name }) => name));
  // A tool of the agent's comes before one of the caller's with the same name.
  const callers = (context?.tools ?? []).filter(({ name }) => !taken.has(name));
  return {
    definitions: [...offered, ...callers],
    isCallers: (name) => callers.some((tool) => tool.name === name),
    call: async (call, options) => {
      const args = parseArguments(call.arguments);
      if (args === undefined) return { ok: false, content: "The arguments are not a JSON object. Call the tool again with arguments that fit its schema." };
      const delegate = delegates.find(({ definition }) => definition.name === call.name);
      if (delegate) return delegate.call(args, options);
      if (!own.tools.some(({ name }) => name === call.name)) return { ok: false, content: `There is no tool \`${call.name}\`.` };
      return own.call(call.name, args, options);
    },
    close: () => own.close(),
  };
}

function parseArguments(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // What a model writes is not always JSON; it is told, and may try again.
    return undefined;
  }
}
