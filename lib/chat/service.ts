import { AppError } from "@/lib/core/errors";
import type { Actor } from "@/lib/audit/service";
import { listModelAgents, readAgentVersion, requireLiveAgent } from "@/lib/agents/service";
import { toFailure } from "@/lib/chat/failures";
import { toAnswer, toChatCompletion, toChatModel } from "@/lib/chat/present";
import { toInput, toRunContext } from "@/lib/chat/request";
import type { ChatCompletion, ChatModel, ChatRequest } from "@/lib/chat/schema";
import { streamChat } from "@/lib/chat/stream";
import type { Admission } from "@/lib/limits/admission";
import { withTenant } from "@/lib/platform/db";
import { edgeEnv } from "@/lib/platform/env";
import { reportError } from "@/lib/platform/report-error";
import { waitForRun } from "@/lib/runs/live";
import { isEnded, type RunDto } from "@/lib/runs/schema";
import { schemaProblem } from "@/lib/tools/arguments";
import { cancelRun, createRun, requireRun, type OnCreated } from "@/lib/runs/service";

/** Starts the run that answers. @throws AppError as `createRun` does, the agent named `model` */
export async function startChat(by: Admission, request: ChatRequest, onCreated?: OnCreated): Promise<RunDto> {
  const context = toRunContext(request);
  // A worker that tenants share holds answers to it: what could keep one busy is not taken.
  const problem = context.output_schema ? schemaProblem(context.output_schema) : null;
  if (problem !== null) throw new AppError("invalid_field", problem, { param: "response_format" });
  try {
    return await createRun(by, { agent: request.model, input: toInput(request.messages), metadata: request.metadata ?? undefined, context }, onCreated);
  } catch (error) {
    if (error instanceof AppError && error.param === "agent") {
      throw new AppError(error.code, error.code === "not_found" ? `There is no agent \`${request.model}\` in this workspace. \`GET /api/v1/models\` lists them.` : error.message, { param: "model" });
    }
    throw error;
  }
}

/**
 * Waits for the answer. A caller who goes takes the run along, and so does the end of the time a request may take.
 * @throws AppError for a run that gave no answer
 */
export async function completeChat(actor: Actor, run: RunDto, request: ChatRequest, signal: AbortSignal): Promise<ChatCompletion> {
  const ended = await waitForRun(actor.tenantId, run.id, signal);
  if (!isEnded(ended.status)) {
    await cancelRun(actor, run.id);
    throw new AppError("run_timed_out", `The run had not ended in the time a request may take, and was canceled. (${run.id})`);
  }
  return presentAnswer(ended, request);
}

/** The answer of a run that an earlier request started; null while it has not ended. @throws AppError for a run that gave no answer */
export async function findCompletion(tenantId: string, runId: string, request: ChatRequest): Promise<ChatCompletion | null> {
  const run = await requireRun(tenantId, runId);
  return isEnded(run.status) ? presentAnswer(run, request) : null;
}

function presentAnswer(run: RunDto, request: ChatRequest): ChatCompletion {
  if (run.status !== "succeeded") throw toFailure(run);
  return toChatCompletion(run, request.model, toAnswer(run, namesOf(request)));
}

/** Streams the answer of a run that `startChat` started. `isReplay`: another request's, which the client's leaving does not end. */
export async function streamCompletion(actor: Actor, runId: string, request: ChatRequest, isReplay: boolean): Promise<Response> {
  const { tenantId, requestId } = actor;
  const run = await requireRun(tenantId, runId);
  const { output_schema: schema } = await withTenant(tenantId, (tx) => readAgentVersion(tx, tenantId, run.agent_id, run.agent_version));
  const format = request.response_format?.type ?? "text";
  const report = (error: unknown): void => reportError(error, { run_id: runId, tenant_id: tenantId, request_id: requestId });
  return streamChat({
    tenantId, run, request, requestId, origin: edgeEnv().APP_URL, callersTools: namesOf(request), isLive: schema === null && format === "text",
    tellError: (error) => {
      if (error instanceof AppError) return error;
      report(error);
      return new AppError("internal");
    },
    onLeave: () => {
      if (!isReplay) cancelRun(actor, runId).catch(report);
    },
  });
}

function namesOf(request: ChatRequest): Set<string> {
  return new Set(request.tools?.map((tool) => tool.function.name));
}

/** The workspace's agents, as models. */
export async function listChatModels(tenant: { id: string; slug: string }): Promise<{ object: "list"; data: ChatModel[]; has_more: false; next_cursor: null }> {
  const agents = await listModelAgents(tenant.id);
  return { object: "list", data: agents.map((agent) => toChatModel(agent, tenant.slug)), has_more: false, next_cursor: null };
}

/** One agent by slug or id. @throws AppError `not_found`, also for an archived one */
export async function requireChatModel(tenant: { id: string; slug: string }, id: string): Promise<ChatModel> {
  return toChatModel(await requireLiveAgent(tenant.id, id), tenant.slug);
}
