import type { TestStack } from "@/scripts/test/stack";

export type RoundPlan = { runs: number; tenants: number; capMs: number };

/** What one round came to. `faults` are broken promises; the rest describes. */
export type Round = {
  /** Workspaces that reached their cap. */
  tenants: number;
  runs: number;
  stopped: number;
  refused: number;
  /** Highest use of a workspace, as a share of its cap. */
  highest: number;
  /** Most that the model server's clock saw past a cap, in ms; 0 where it is not asked. */
  pastByModelMs: number;
  /** Recorded as the platform's loss: ms, or micro-dollars. */
  lost: number;
  /** Attempts beyond a run's first: its worker's lease had ended. */
  again: number;
  /** Most that a workspace had left after runs of it were stopped at its cap, in ms; 0 where it is not asked. */
  unused: number;
  faults: string[];
};

/** What the model server says of one request: see local/model/request-log.ts. */
export type ModelCall = { model: string; started_at: number; ended_at: number | null };

/** Every call that the model server remembers. */
export async function readModelCalls(stack: TestStack): Promise<ModelCall[]> {
  const response = await fetch(new URL("/_log", stack.env.MODEL_BASE_URL), { headers: { authorization: `Bearer ${stack.env.MODEL_API_KEY}` } });
  if (!response.ok) throw new Error(`the model server's log answered ${response.status}`);
  // Its own log, in the shape of local/model/request-log.ts.
  return (await response.json()) as ModelCall[];
}
