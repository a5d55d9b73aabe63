import { agentConfigSchema, type AgentConfig, type AgentDto, type AgentVersionDto, type AgentVersionSummary } from "@/lib/agents/schema";
import type { AgentRow, AgentVersionRow, VersionSummaryRow } from "@/lib/agents/repo";

/** A stored configuration. Fields that came later than it have their defaults. */
export function toConfig(stored: unknown): AgentConfig {
  return agentConfigSchema.parse(stored);
}

/** An agent as the API and the pages see it. */
export function toAgentDto(row: AgentRow): AgentDto {
  return {
    id: row.id, object: "agent", slug: row.slug, name: row.name, version: row.version, ...toConfig(row.config),
    created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(), archived_at: row.archivedAt?.toISOString() ?? null, read_only: row.readOnly,
  };
}

/** A version without its configuration, for lists. */
export function toVersionSummary(row: VersionSummaryRow): AgentVersionSummary {
  return { object: "agent_version", agent_id: row.agentId, version: row.version, note: row.note, created_by: row.createdBy, created_at: row.createdAt.toISOString() };
}

export function toVersionDto(row: AgentVersionRow): AgentVersionDto {
  return { ...toVersionSummary(row), ...toConfig(row.config) };
}
