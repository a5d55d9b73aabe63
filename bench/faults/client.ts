import type { Workspace } from "@/e2e/fixtures/workspace";

/** What the clients saw. A call is acknowledged when its answer says that it was let in. */
export type Tally = { sent: number; acknowledged: number; refused: number; unanswered: number; runs: Map<string, string>; perTenant: Map<string, { sent: number; acknowledged: number; unanswered: number }> };

export type Client = { url: string; workspace: Workspace; tally: Tally };

export function newTally(): Tally {
  return { sent: 0, acknowledged: 0, refused: 0, unanswered: 0, runs: new Map(), perTenant: new Map() };
}

/** One request, and what became of it. Never rejects: a connection that breaks is an answer that did not come. */
export async function ask({ url, workspace, tally }: Client, what: "call" | "run"): Promise<void> {
  const mine = tally.perTenant.get(workspace.tenantId) ?? { sent: 0, acknowledged: 0, unanswered: 0 };
  tally.perTenant.set(workspace.tenantId, mine);
  tally.sent += 1;
  mine.sent += 1;
  const headers = { authorization: `Bearer ${workspace.secret}`, "content-type": "application/json" };
  const body = what === "run" ? JSON.stringify({ agent: workspace.agentSlug, input: "One sentence stands here. Another one follows it, somewhat longer than the first." }) : undefined;
  try {
    const response = await fetch(`${url}/api/v1/${what === "run" ? "runs" : "agents"}`, { method: what === "run" ? "POST" : "GET", headers, body, signal: AbortSignal.timeout(20_000) });
    const answer: unknown = await response.json();
    if (response.ok) {
      tally.acknowledged += 1;
      mine.acknowledged += 1;
      if (what === "run" && typeof answer === "object" && answer !== null && "id" in answer) tally.runs.set(String(answer.id), workspace.tenantId);
    } else if (response.status < 500) {
      tally.refused += 1;
      // A run that is refused at a cap was an API call all the same; a call past its own cap was none.
      const counted = what === "run" && response.status === 402;
      if (counted) mine.unanswered += 1;
      // Not to ask again at once is what a client that was refused does.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } else {
      // Whether it was counted before it failed is not known.
      tally.unanswered += 1;
      mine.unanswered += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } catch {
    tally.unanswered += 1;
    mine.unanswered += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
