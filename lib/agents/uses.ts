/** What other features ask about agents inside their own transactions. */
import type { Tx } from "@/lib/platform/db";
import { findSlugsUsingTool } from "@/lib/agents/repo";

/** Slugs of agents that are not archived and whose current version names this tool. The caller holds the tenant's lock, so that none is saved meanwhile. */
export function agentsUsingTool(tx: Tx, tenantId: string, toolId: string): Promise<string[]> {
  return findSlugsUsingTool(tx, tenantId, toolId);
}
