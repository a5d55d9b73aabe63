import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { withTenant } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { openHeaders } from "@/lib/tools/headers";
import { callHttpTool } from "@/lib/tools/http-call";
import { createMcpConnection, mcpFailure } from "@/lib/tools/mcp";
import { askForOffer } from "@/lib/tools/offers";
import type { Outcome } from "@/lib/tools/outcome";
import { readConfig } from "@/lib/tools/present";
import type { ToolRow } from "@/lib/tools/repo";
import type { McpConfig, TestTool, ToolTest } from "@/lib/tools/schema";
import { requireToolRow } from "@/lib/tools/service";

/**
 * Calls a tool once, as a run would. An MCP server is called for one of its tools, or asked for its list, which is kept.
 * What goes wrong at the server is told in the answer.
 * @throws AppError `not_found`, `invalid_field` for `tool` where there are none to choose from
 */
export async function testTool(actor: Actor, id: string, input: TestTool): Promise<ToolTest> {
  const { tenantId } = actor;
  const row = await withTenant(tenantId, async (tx) => {
    const found = await requireToolRow(tx, tenantId, id);
    if (found.kind === "http" && input.tool !== undefined) throw new AppError("invalid_field", "An HTTP tool is one tool: there is none to choose.", { param: "tool" });
    // Written before it is done: who sent something to a server is known even if the answer never comes.
    await recordAudit(tx, actor, { action: "tool.tested", targetType: "tool", targetId: id, after: { name: found.name, ...(input.tool === undefined ? {} : { tool: input.tool }) } });
    return found;
  });
  const began = performance.now();
  const { ok, status, content } = await callOnce(row, input);
  return { object: "tool_test", ok, status, duration_ms: Math.round(performance.now() - began), content };
}

async function callOnce(row: ToolRow, input: TestTool): Promise<Outcome> {
  const options = { signal: new AbortController().signal, idempotencyKey: newId("req") };
  const { kind, config } = readConfig(row);
  if (kind === "http") return callHttpTool(row.tenantId, config, openHeaders(row.id, row.secretHeaders), input.arguments, options);
  if (input.tool === undefined) return listOnce(row, config);
  const connection = createMcpConnection(row.tenantId, config, openHeaders(row.id, row.secretHeaders));
  try {
    return await connection.call(input.tool, input.arguments, options);
  } finally {
    await connection.close();
  }
}

async function listOnce(row: ToolRow, config: McpConfig): Promise<Outcome> {
  try {
    const offered = await askForOffer(row, config);
    return { ok: true, status: null, content: offered.length === 0 ? "The server offers no tool." : `The server offers: ${offered.map(({ name }) => name).join(", ")}.` };
  } catch (error) {
    return mcpFailure(error, config.max_answer_bytes, openHeaders(row.id, row.secretHeaders));
  }
}
