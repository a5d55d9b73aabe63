import type { Tx } from "@/lib/platform/db";
import { findAgentNames } from "@/lib/agents/repo";
import { isModelOffered } from "@/lib/models/lookup";
import { findMissingTools } from "@/lib/tools/lookup";
import type { AgentConfig, ConfigField } from "@/lib/agents/schema";
import { schemaProblem } from "@/lib/tools/arguments";

export type ReferenceFault = { param: ConfigField; message: string };

/**
 * What an agent names has to be there: its model in the catalogue or behind a key of its workspace, its tools and delegates in its own workspace. And its
 * output schema has to be one that answers can be checked against.
 * Looked at for the fields that change: what was right when it was saved does not stop another change.
 * @returns the first that is at fault, or null
 */
export async function findReferenceFault(tx: Tx, tenantId: string, agentId: string, config: AgentConfig, changed: readonly ConfigField[]): Promise<ReferenceFault | null> {
  if (changed.includes("model") && !(await isModelOffered(tx, tenantId, config.model))) return { param: "model", message: "There is no such model here." };
  if (changed.includes("output_schema") && config.output_schema) {
    // Answers are checked in a process that other tenants' runs share: a schema must not be able to keep it busy.
    const problem = schemaProblem(config.output_schema);
    if (problem) return { param: "output_schema", message: problem };
  }
  if (changed.includes("tools")) {
    const [missing] = await findMissingTools(tx, tenantId, config.tools);
    if (missing !== undefined) return { param: "tools", message: `There is no tool \`${missing}\` in this workspace.` };
  }
  return changed.includes("delegates") ? findDelegateFault(tx, tenantId, agentId, config.delegates) : null;
}

/** Delegates are other agents of the workspace that are not archived. The caller holds the tenant's lock, so that none is archived meanwhile. */
async function findDelegateFault(tx: Tx, tenantId: string, agentId: string, delegates: string[]): Promise<ReferenceFault | null> {
  if (delegates.includes(agentId)) return { param: "delegates", message: "An agent cannot hand work to itself." };
  const found = new Set((await findAgentNames(tx, tenantId, delegates)).map(({ id }) => id));
  const missing = delegates.find((id) => !found.has(id));
  return missing === undefined ? null : { param: "delegates", message: `There is no agent \`${missing}\` in this workspace, or it is archived.` };
}
