import type { AgentChoices } from "@/app/t/[tenant]/agents/agent-fields";
import { describeModel } from "@/lib/agents/models";
import { listDelegateChoices } from "@/lib/agents/service";
import { modelCatalogue } from "@/lib/platform/model";
import { listToolChoices } from "@/lib/tools/lookup";

/** What an agent of this workspace may be made of. `agentId`: not itself. */
export async function readAgentChoices(tenantId: string, agentId: string | null): Promise<AgentChoices> {
  const [agents, tools] = await Promise.all([listDelegateChoices(tenantId), listToolChoices(tenantId)]);
  return {
    models: modelCatalogue().map((model) => ({ id: model.id, name: model.name, words: describeModel(model) })),
    tools: tools.map(({ id, name }) => ({ id, name })),
    delegates: agents.filter(({ id }) => id !== agentId).map(({ id, name }) => ({ id, name })),
  };
}
