import { withTenant } from "@/lib/platform/db";
import { createMcpConnection } from "@/lib/tools/mcp";
import { openHeaders } from "@/lib/tools/headers";
import { readOffered } from "@/lib/tools/present";
import { keepOfferedRow, type ToolRow } from "@/lib/tools/repo";
import type { McpConfig, OfferedTool } from "@/lib/tools/schema";

/** How long a list of tools is taken as it is. */
export const OFFER_MS = 600_000;
/** A run that begins waits for this; calls have the time that the tool was given. */
const MOST_WAIT_S = 15;

/** What an MCP server offers, from the row while that is new enough. @throws what `mcpFailure` explains, when it has to be asked and cannot be */
export async function offeredBy(row: ToolRow, config: McpConfig): Promise<OfferedTool[]> {
  const known = readOffered(row);
  return known && row.offeredAt && Date.now() - row.offeredAt.getTime() < OFFER_MS ? known : askForOffer(row, config);
}

/** Asks an MCP server what it offers, and keeps it. @throws what `mcpFailure` explains */
export async function askForOffer(row: ToolRow, config: McpConfig): Promise<OfferedTool[]> {
  const connection = createMcpConnection(row.tenantId, { ...config, timeout_seconds: Math.min(config.timeout_seconds, MOST_WAIT_S) }, openHeaders(row.id, row.secretHeaders));
  try {
    const offered = await connection.list();
    await withTenant(row.tenantId, (tx) => keepOfferedRow(tx, row, offered, new Date()));
    return offered;
  } finally {
    await connection.close();
  }
}
