/** What other features ask about agents inside their own transactions. */
import type { Tx } from "@/lib/platform/db";
import { findSlugsUsingModels, findSlugsUsingTool } from "@/lib/agents/repo";

/** Slugs of agents that are not archived and whose current version names this tool. The caller holds the tenant's lock, so that none is saved meanwhile. */
export function agentsUsingTool(tx: Tx, tenantId: string, toolId: string): Promise<string[]> {
  return findSlugsUsingTool(tx, tenantId, toolId);
}

/** Slugs of agents that are not archived and whose current version uses one of these models, named as agents name them. Under the tenant's lock, as above. */
export function agentsUsingModels(tx: Tx, tenantId: string, models: readonly string[]): Promise<string[]> {
  return findSlugsUsingModels(tx, tenantId, models);
}
