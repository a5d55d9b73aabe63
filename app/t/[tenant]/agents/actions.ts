"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { archiveAgent, restoreAgent } from "@/lib/agents/archive";
import { agentDeedSchema, createAgentFormSchema, rollBackFormSchema, saveAgentFormSchema } from "@/lib/agents/form";
import { createAgent } from "@/lib/agents/service";
import { rollBackAgent, updateAgent } from "@/lib/agents/versions";
import { defineAction } from "@/lib/http/action";
import { createRunSchema } from "@/lib/runs/schema";
import { createRun } from "@/lib/runs/service";

export const createAgentAction = defineAction(
  { name: "create_agent", access: { kind: "tenant", permission: "agents:write" }, input: createAgentFormSchema },
  async ({ actor, admission }, input) => {
    const agent = await createAgent(actor, admission.limits.agents, input);
    redirect(`/t/${admission.tenant.slug}/agents/${agent.slug}`);
  },
);

export const saveAgentAction = defineAction(
  { name: "save_agent", access: { kind: "tenant", permission: "agents:write" }, input: saveAgentFormSchema },
  async ({ actor, admission }, { agent, change }) => {
    const saved = await updateAgent(actor, agent, change);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { version: saved.version };
  },
);

export const rollBackAgentAction = defineAction(
  { name: "roll_back_agent", access: { kind: "tenant", permission: "agents:write" }, input: rollBackFormSchema },
  async ({ actor, admission }, { agent, version }) => {
    const saved = await rollBackAgent(actor, agent, version);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { version: saved.version };
  },
);

export const archiveAgentAction = defineAction(
  { name: "archive_agent", access: { kind: "tenant", permission: "agents:write" }, input: agentDeedSchema },
  async ({ actor, admission }, { agent }) => {
    await archiveAgent(actor, agent);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return {};
  },
);

export const restoreAgentAction = defineAction(
  { name: "restore_agent", access: { kind: "tenant", permission: "agents:write" }, input: agentDeedSchema },
  async ({ actor, admission }, { agent }) => {
    const { slug } = await restoreAgent(actor, admission.limits.agents, agent);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { slug };
  },
);

/** Starts a run from the browser; the page then follows its events. */
export const runAgentAction = defineAction(
  { name: "run_agent", access: { kind: "tenant", permission: "runs:write" }, input: createRunSchema },
  async ({ admission }, input) => {
    const run = await createRun(admission, input);
    return { runId: run.id };
  },
);
