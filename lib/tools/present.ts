import { httpConfigSchema, mcpConfigSchema, offeredToolSchema, type HttpConfig, type McpConfig, type OfferedTool, type ToolDto, type ToolSummary } from "@/lib/tools/schema";
import type { ToolListRow, ToolRow } from "@/lib/tools/repo";

export type ReadConfig = { kind: "http"; config: HttpConfig } | { kind: "mcp"; config: McpConfig };

/** The stored settings of a tool. */
export function readConfig(row: Pick<ToolRow, "kind" | "config">): ReadConfig {
  return row.kind === "http" ? { kind: "http", config: httpConfigSchema.parse(row.config) } : { kind: "mcp", config: mcpConfigSchema.parse(row.config) };
}

/** What an MCP server offered when it was asked last. */
export function readOffered(row: Pick<ToolRow, "offered">): OfferedTool[] | null {
  return row.offered === null ? null : offeredToolSchema.array().parse(row.offered);
}

/** A tool in a list. */
export function toToolSummary(row: ToolListRow): ToolSummary {
  const { kind, config } = readConfig(row);
  return {
    id: row.id, object: "tool", kind, name: row.name, description: row.description, url: config.url, method: "method" in config ? config.method : null,
    header_names: config.header_names, timeout_seconds: config.timeout_seconds, max_answer_bytes: config.max_answer_bytes,
    created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(), archived_at: row.archivedAt?.toISOString() ?? null,
  };
}

/** A tool as the API and the pages see it: everything but the values of its headers. */
export function toToolDto(row: ToolRow): ToolDto {
  const { config } = readConfig(row);
  return { ...toToolSummary(row), input_schema: "input_schema" in config ? config.input_schema : null, offered: readOffered(row), offered_at: row.offeredAt?.toISOString() ?? null };
}
