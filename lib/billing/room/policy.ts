/** What stays in use when there is room for fewer: the first ones, in the order in which they come. */
export type Split<T> = { limit: number | null; keep: T[]; readOnly: T[] };

/** @param inOrder agents oldest first; members owners first, then by when they joined. @param limit null: any number */
export function splitAt<T>(inOrder: readonly T[], limit: number | null): Split<T> {
  const room = limit ?? inOrder.length;
  return { limit, keep: inOrder.slice(0, room), readOnly: inOrder.slice(room) };
}

type Scheduled = { agentId: string; createdBy: string };

/** Why a schedule would start nothing any more; null: it goes on. */
export function stopReason({ agentId, createdBy }: Scheduled, readOnly: { agents: ReadonlySet<string>; members: ReadonlySet<string> }): "agent" | "member" | null {
  if (readOnly.agents.has(agentId)) return "agent";
  return readOnly.members.has(createdBy) ? "member" : null;
}
