import type { Workspace } from "@/e2e/fixtures/workspace";

/**
 * What the clients saw. Acknowledged: the answer says that it was let in. Refused: it says that it was not. Unsure: it was
 * under way when something died (the connection broke, or the answer is a 5xx), and may have been counted. Never sent:
 * nobody took the connection.
 */
export type Tally = {
  sent: number; acknowledged: number; refused: number; unsure: number; neverSent: number; latencies: number[];
  runs: Map<string, string>;
  perTenant: Map<string, { acknowledged: number; unsure: number }>;
};

export type Client = { url: string; workspace: Workspace; tally: Tally };

export function newTally(): Tally {
  return { sent: 0, acknowledged: 0, refused: 0, unsure: 0, neverSent: 0, latencies: [], runs: new Map(), perTenant: new Map() };
}

/** One request, and what became of it. Never rejects: a connection that breaks is an answer that did not come. */
export async function ask({ url, workspace, tally }: Client, what: "call" | "run"): Promise<void> {
  const mine = tally.perTenant.get(workspace.tenantId) ?? { acknowledged: 0, unsure: 0 };
  tally.perTenant.set(workspace.tenantId, mine);
  const headers = { authorization: `Bearer ${workspace.secret}`, "content-type": "application/json" };
  const body = what === "run" ? JSON.stringify({ agent: workspace.agentSlug, input: "One sentence stands here. Another one follows it, somewhat longer than the first." }) : undefined;
  const unsure = async (): Promise<void> => {
    tally.unsure += 1;
    mine.unsure += 1;
    await pause();
  };
  tally.sent += 1;
  const began = performance.now();
  try {
    const response = await fetch(`${url}/api/v1/${what === "run" ? "runs" : "agents"}`, { method: what === "run" ? "POST" : "GET", headers, body, signal: AbortSignal.timeout(20_000) });
    const answer: unknown = await response.json();
    tally.latencies.push(performance.now() - began);
    if (response.status >= 500) return await unsure();
    if (response.ok) {
      tally.acknowledged += 1;
      mine.acknowledged += 1;
      if (what === "run" && typeof answer === "object" && answer !== null && "id" in answer) tally.runs.set(String(answer.id), workspace.tenantId);
      return;
    }
    // A run that is refused because no minutes are left was let in as a call, and counted; a call past its own cap was not.
    if (response.status === 402 && JSON.stringify(answer).includes("agent-minutes")) {
      tally.acknowledged += 1;
      mine.acknowledged += 1;
    } else {
      tally.refused += 1;
    }
    await pause();
  } catch (error) {
    if (!wasRefused(error)) return unsure();
    tally.neverSent += 1;
    await pause();
  }
}

/** Not to ask again at once is what a client does that was refused. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

function wasRefused(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && "code" in error.cause && error.cause.code === "ECONNREFUSED";
}
