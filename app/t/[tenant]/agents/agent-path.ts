import type { AgentDto } from "@/lib/agents/schema";

/** The address of an agent's page: by its slug, as people know it; an archived one has its id alone. */
export function agentPath(tenant: string, agent: Pick<AgentDto, "id" | "slug" | "archived_at">): string {
  // An agent of an earlier release may be called like a page beside it.
  return `/t/${tenant}/agents/${agent.archived_at || agent.slug === "new" || agent.slug === "model-keys" ? agent.id : agent.slug}`;
}
