import { makeWorkspace, owner, queueRuns, readCounter, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { SLICE_MS } from "@/lib/runs/policy";
import type { TestStack } from "@/scripts/test/stack";
import { between } from "../random";
import { readModelCalls, type Round, type RoundPlan } from "./round";

const PACES_MS = [40, 90, 200, 450, 900, 1_600];
/** About forty chunks of answer. */
const INPUT = Array.from({ length: 60 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");

export type MinutesState = { models: string; capMs: number; workspaces: Workspace[] };

const modelOf = (workspace: Workspace, paceMs: number): string => `stint-extract-1:pace-${paceMs}.${workspace.slug}`;

/** Queues runs of random length whose sum is well above what the caps allow. Limits are raised by an override, so that only the cap decides. */
export async function startMinutesRound(plan: RoundPlan, next: () => number): Promise<MinutesState> {
  const workspaces: Workspace[] = [];
  for (let n = 0; n < plan.tenants; n++) {
    const workspace = await makeWorkspace({ minutesMs: 1, concurrentRuns: 1, queueDepth: 1 });
    await owner().query("INSERT INTO tenant_override (tenant_id, minutes_ms, concurrent_runs, queue_depth, longest_run_ms, reason, set_by) VALUES ($1, $2, 1000, 1000, 3600000, 'bench', 'bench')", [workspace.tenantId, plan.capMs]);
    workspaces.push(workspace);
  }
  for (let n = 0; n < plan.runs; n++) {
    const workspace = workspaces[n % workspaces.length];
    if (!workspace) throw new Error("no workspace");
    const paceMs = PACES_MS[between(next, 0, PACES_MS.length - 1)] ?? 40;
    await queueRuns(workspace, 1, { model: modelOf(workspace, paceMs), input: INPUT, maxMs: 3_600_000 });
  }
  const models = workspaces.flatMap((workspace) => PACES_MS.map((paceMs) => ({ id: modelOf(workspace, paceMs), name: "Paced", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 60_000 })));
  return { models: JSON.stringify(models), capMs: plan.capMs, workspaces };
}

/** Compares ledger, counters and the model server's clock with the caps. */
export async function readMinutesRound(stack: TestStack, { capMs, workspaces }: MinutesState): Promise<Round> {
  const calls = await readModelCalls(stack);
  const round: Round = { tenants: 0, runs: 0, stopped: 0, refused: 0, highest: 0, pastByModelMs: 0, lost: 0, again: 0, unused: 0, faults: [] };
  for (const workspace of workspaces) {
    const { rows } = await owner().query<{ status: string; code: string | null; executed: number; n: number; again: number }>(
      "SELECT status, error_code AS code, (executed_ms > 0) AS executed, count(*)::int AS n, sum(greatest(0, attempt - 1))::int AS again FROM run WHERE tenant_id = $1 GROUP BY 1, 2, 3", [workspace.tenantId]);
    const count = (match: (row: { status: string; code: string | null; executed: number }) => boolean): number => rows.filter(match).reduce((sum, row) => sum + row.n, 0);
    const counter = await readCounter(workspace);
    const billed = await sumLedger(workspace, "agent_ms");
    const lost = await sumLedger(workspace, "agent_ms", { billed: false });
    const workedMs = calls.filter(({ model }) => model.endsWith(`.${workspace.slug}`)).reduce((sum, call) => sum + (call.ended_at ?? Date.now()) - call.started_at, 0);
    const capped = count(({ code }) => code === "minutes_cap_reached");
    const activeAtCap = count(({ code, executed }) => code === "minutes_cap_reached" && Boolean(executed));
    const say = (fault: string): void => void round.faults.push(`${workspace.slug}: ${fault}`);
    if (counter.usedMs !== billed) say(`the counter says ${counter.usedMs} ms, the ledger ${billed} ms`);
    if (counter.leasedMs !== 0) say(`${counter.leasedMs} ms are still leased`);
    if (billed > capMs) say(`${billed} ms billed of ${capMs} ms`);
    if (workedMs - lost > capMs + 1_000 * Math.max(1, activeAtCap)) say(`the model server worked ${workedMs} ms (${lost} ms of it the platform's loss) of ${capMs} ms, with ${activeAtCap} runs active at the cap`);
    // Less may come back of the last slices after others had to stop; a whole slice may not.
    if (capped > 0 && capMs - billed >= SLICE_MS) say(`${capped} runs stopped at the cap although ${capMs - billed} ms are free`);
    const wrong = count(({ status, code }) => !(status === "succeeded" || code === "minutes_cap_reached"));
    if (wrong > 0) say(`${wrong} runs ended in another way: ${JSON.stringify(rows)}`);
    round.tenants += capped > 0 ? 1 : 0;
    round.runs += count(() => true);
    round.stopped += activeAtCap;
    round.refused += capped - activeAtCap;
    round.highest = Math.max(round.highest, billed / capMs);
    round.pastByModelMs = Math.max(round.pastByModelMs, workedMs - lost - capMs);
    round.lost += lost;
    if (capped > 0) round.unused = Math.max(round.unused, capMs - billed);
    round.again += rows.reduce((sum, row) => sum + row.again, 0);
  }
  return round;
}
