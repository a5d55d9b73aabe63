import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { isObject } from "@/lib/tools/json";
import { openHeaders } from "@/lib/tools/headers";
import { callHttpTool } from "@/lib/tools/http-call";
import { createMcpConnection, type McpConnection } from "@/lib/tools/mcp";
import { nameOffered } from "@/lib/tools/offered";
import { offeredBy } from "@/lib/tools/offers";
import { failed, type CallOptions, type Outcome } from "@/lib/tools/outcome";
import { readConfig, readOffered } from "@/lib/tools/present";
import { findToolRows, type ToolRow } from "@/lib/tools/repo";
import type { HttpConfig, JsonObject, JsonSchemaObject, McpConfig } from "@/lib/tools/schema";

export type ToolDefinition = { name: string; description: string; inputSchema: JsonSchemaObject };
export type ToolResult = { ok: boolean; content: string };
export type ToolSet = {
  tools: ToolDefinition[];
  /**
   * Calls a tool by its definition's name. Never rejects but with the signal's reason: whatever else goes wrong is told in
   * the result, for a model to read.
   */
  call: (name: string, args: unknown, options: CallOptions) => Promise<ToolResult>;
  /** Ends the connections to MCP servers. Never fails. */
  close: () => Promise<void>;
};

type Entry = { definition: ToolDefinition; call: (args: JsonObject, options: CallOptions) => Promise<Outcome> };

/**
 * Reads these tools of a tenant for one run, in the order given; what is archived, or not the tenant's, is not among them.
 * MCP servers are asked for what they offer when that is older than ten minutes; one that cannot be asked counts with what
 * it offered last, or with nothing.
 */
export async function loadToolSet(tenantId: string, toolIds: readonly string[]): Promise<ToolSet> {
  const rows = toolIds.length === 0 ? [] : await withTenant(tenantId, (tx) => findToolRows(tx, tenantId, toolIds));
  const ordered = [...new Set(toolIds)].flatMap((id) => rows.filter((row) => row.id === id));
  const connections: McpConnection[] = [];
  const found = await Promise.all(ordered.map(async (row): Promise<Entry[]> => {
    const read = readConfig(row);
    return read.kind === "http" ? [httpEntry(row, read.config)] : mcpEntries(row, read.config, connections);
  }));
  const entries = new Map(found.flat().map((entry) => [entry.definition.name, entry]));
  return {
    tools: [...entries.values()].map(({ definition }) => definition),
    async call(name, args, options) {
      options.signal.throwIfAborted();
      const entry = entries.get(name);
      if (!entry) return { ok: false, content: `There is no tool \`${name.slice(0, 100)}\`. There are: ${[...entries.keys()].join(", ") || "none"}.` };
      if (!isObject(args)) return { ok: false, content: "The arguments have to be a JSON object." };
      const { ok, content } = await settle(tenantId, () => entry.call(args, options), options.signal);
      return { ok, content };
    },
    close: async () => void (await Promise.all(connections.map((connection) => connection.close().catch(() => log().warn({ tenant_id: tenantId }, "an MCP connection did not close"))))),
  };
}

/** A fault of ours is reported, and told as one. */
async function settle(tenantId: string, call: () => Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    reportError(error, { tenant_id: tenantId, job: "call tool" });
    return failed("The tool could not be called, by a fault of the platform. It was reported.");
  }
}

function httpEntry(row: ToolRow, config: HttpConfig): Entry {
  return {
    definition: { name: row.name, description: row.description, inputSchema: asObjectSchema(config.input_schema) },
    call: (args, options) => callHttpTool(row.tenantId, config, openHeaders(row.id, row.secretHeaders), args, options),
  };
}

async function mcpEntries(row: ToolRow, config: McpConfig, connections: McpConnection[]): Promise<Entry[]> {
  let connection: McpConnection | undefined;
  const connect = (): McpConnection => {
    if (!connection) connections.push((connection = createMcpConnection(row.tenantId, config, openHeaders(row.id, row.secretHeaders))));
    return connection;
  };
  const offered = await offeredBy(row, config).catch((error: unknown) => {
    // The error's own words may be the server's, and hold what it was sent.
    log().warn({ error: error instanceof Error ? error.name : "unknown", tenant_id: row.tenantId, tool_id: row.id }, "an MCP server did not tell what it offers");
    return readOffered(row) ?? [];
  });
  return [...nameOffered(row.name, offered)].map(([name, tool]) => ({
    definition: { name, description: tool.description || row.description, inputSchema: asObjectSchema(tool.input_schema) },
    call: (args, options) => connect().call(tool.name, args, options),
  }));
}

function asObjectSchema(schema: JsonObject): JsonSchemaObject {
  return { ...schema, type: "object" };
}
