import { makeWorkspace, owner, queueRuns, readCounter, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { MICROS_PER_CENT, MICROS_PER_DOLLAR } from "@/lib/core/money";
import type { TestStack } from "@/scripts/test/stack";
import { between } from "../random";
import { readModelCalls, type Round, type RoundPlan } from "./round";

const CAP_MICROS = MICROS_PER_DOLLAR;
/** What a call of each model costs at most, in cents; what it does cost is most of that. */
const CENTS = [1, 2, 5, 10, 20, 40];
const TOKENS = 400;
const INPUT = Array.from({ length: 24 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel past lock number ${n} before the evening bell.`).join(" ");

export type SpendState = { models: string; workspaces: Workspace[] };

const modelOf = (workspace: Workspace, cents: number): string => `stint-extract-1:pace-${20 + cents}.${cents}-${workspace.slug}`;

/** Queues runs whose model calls cost 1 to 40 cents each, in sum well above a dollar a workspace. */
export async function startSpendRound(plan: RoundPlan, next: () => number): Promise<SpendState> {
  const workspaces: Workspace[] = [];
  for (let n = 0; n < plan.tenants; n++) {
    const workspace = await makeWorkspace({ minutesMs: 3_600_000_000, concurrentRuns: 1, queueDepth: 1, spendMicros: 1 });
    await owner().query("INSERT INTO tenant_override (tenant_id, model_spend_micros, concurrent_runs, queue_depth, reason, set_by) VALUES ($1, $2, 1000, 1000, 'bench', 'bench')", [workspace.tenantId, CAP_MICROS]);
    workspaces.push(workspace);
  }
  for (let n = 0; n < plan.runs; n++) {
    const workspace = workspaces[n % workspaces.length];
    if (!workspace) throw new Error("no workspace");
    await queueRuns(workspace, 1, { model: modelOf(workspace, CENTS[between(next, 0, CENTS.length - 1)] ?? 1), input: INPUT });
  }
  const models = workspaces.flatMap((workspace) => CENTS.map((cents) => ({
    id: modelOf(workspace, cents), name: "Priced", input_micros_per_million: 0, output_micros_per_million: Math.round((cents * MICROS_PER_CENT * 1e6) / TOKENS), context_tokens: 200_000, max_output_tokens: TOKENS,
  })));
  return { models: JSON.stringify(models), workspaces };
}

/** Compares ledger and counters with the caps, and the calls that the model server saw with the steps that were stored. */
export async function readSpendRound(stack: TestStack, { workspaces }: SpendState): Promise<Round> {
  const calls = await readModelCalls(stack);
  const round: Round = { tenants: 0, runs: 0, stopped: 0, refused: 0, highest: 0, pastByModelMs: 0, lost: 0, again: 0, unused: 0, faults: [] };
  for (const workspace of workspaces) {
    const { rows } = await owner().query<{ status: string; code: string | null; model: string; attempts: number }>("SELECT status, error_code AS code, model, attempt AS attempts FROM run WHERE tenant_id = $1", [workspace.tenantId]);
    const { usedMicros, leasedMicros } = await readCounter(workspace);
    const billed = await sumLedger(workspace, "model_micros");
    const say = (fault: string): void => void round.faults.push(`${workspace.slug}: ${fault}`);
    const refused = rows.filter(({ code }) => code === "spend_cap_reached");
    const called = calls.filter(({ model }) => model.endsWith(`-${workspace.slug}`)).length;
    if (usedMicros !== billed) say(`the counter says ${usedMicros} micro-dollars, the ledger ${billed}`);
    if (leasedMicros !== 0) say(`${leasedMicros} micro-dollars are still reserved`);
    if (billed > CAP_MICROS) say(`${billed} micro-dollars spent of ${CAP_MICROS}`);
    // Every attempt calls once, but for the one that was refused. More attempts than runs: workers were lost, which is the platform's loss.
    const attempts = rows.reduce((sum, row) => sum + row.attempts, 0) - refused.length;
    if (called > attempts || called < rows.length - refused.length) say(`the model server was called ${called} times in ${attempts} attempts of ${rows.length - refused.length} runs that may`);
    round.again += called - (rows.length - refused.length);
    // A run is refused when the most that its call may cost does not fit, and nothing can come back that would make it.
    for (const { model } of refused) if (mostOf(model) <= CAP_MICROS - billed) say(`a call of at most ${mostOf(model)} micro-dollars was refused with ${CAP_MICROS - billed} free`);
    const wrong = rows.filter(({ status, code }) => !(status === "succeeded" || code === "spend_cap_reached"));
    if (wrong.length > 0) say(`${wrong.length} runs ended in another way: ${JSON.stringify(wrong.slice(0, 3))}`);
    round.tenants += refused.length > 0 ? 1 : 0;
    round.runs += rows.length;
    round.refused += refused.length;
    round.highest = Math.max(round.highest, billed / CAP_MICROS);
    round.lost += await sumLedger(workspace, "model_micros", { billed: false });
  }
  return round;
}

/** The most that a call of this model may cost, in micro-dollars. */
function mostOf(model: string): number {
  return Number(/\.(\d+)-/.exec(model)?.[1]) * MICROS_PER_CENT;
}
