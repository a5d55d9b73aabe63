"use server";

import { redirect } from "next/navigation";
import { createAgentSchema } from "@/lib/agents/schema";
import { createAgent } from "@/lib/agents/service";
import { defineAction } from "@/lib/http/action";
import { createRunSchema } from "@/lib/runs/schema";
import { createRun } from "@/lib/runs/service";

export const createAgentAction = defineAction(
  { name: "create_agent", access: { kind: "tenant", permission: "agents:write" }, input: createAgentSchema },
  async ({ actor, admission }, input) => {
    const agent = await createAgent(actor, admission.limits.agents, input);
    redirect(`/t/${admission.tenant.slug}/agents/${agent.slug}`);
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
