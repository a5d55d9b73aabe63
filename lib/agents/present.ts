import type { AgentDto } from "@/lib/agents/schema";
import type { AgentRow } from "@/lib/agents/repo";

/** An agent as the API and the pages see it. */
export function toAgentDto(row: AgentRow): AgentDto {
  return { id: row.id, object: "agent", slug: row.slug, name: row.name, model: row.model, instructions: row.instructions, created_at: row.createdAt.toISOString() };
}
