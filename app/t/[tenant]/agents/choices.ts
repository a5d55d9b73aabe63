import type { AgentChoices } from "@/app/t/[tenant]/agents/agent-fields";
import { describeModel, describeOwnModel } from "@/lib/agents/models";
import { listDelegateChoices } from "@/lib/agents/service";
import { listModels } from "@/lib/models/lookup";
import { listToolChoices } from "@/lib/tools/lookup";

/** What an agent of this workspace may be made of. `agentId`: not itself. */
export async function readAgentChoices(tenantId: string, agentId: string | null): Promise<AgentChoices> {
  const [models, agents, tools] = await Promise.all([listModels(tenantId), listDelegateChoices(tenantId), listToolChoices(tenantId)]);
  return {
    models: models.map(({ label, ...model }) => ({ id: model.id, name: model.name, label, words: label === null ? describeModel(model) : describeOwnModel(model, label) })),
    tools: tools.map(({ id, name }) => ({ id, name })),
    delegates: agents.filter(({ id }) => id !== agentId).map(({ id, name }) => ({ id, name })),
  };
}
