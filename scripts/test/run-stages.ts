import { availableParallelism } from "node:os";
import type { Count, Outcome, Stage } from "./stage";

export type Result = Outcome & { name: string };

/** Runs every stage as early as its needs and the machine allow, tells each result, and returns them all. */
export async function runStages(stages: Stage[], tell: (result: Result, tookMs: number) => void): Promise<Result[]> {
  const slots = Math.max(1, Math.min(2, availableParallelism()));
  const waiting = [...stages];
  const running = new Map<string, Promise<void>>();
  const results = new Map<string, Result>();
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.find((stage) => canBegin(stage, running, results, waiting));
    if (next && running.size < slots) {
      waiting.splice(waiting.indexOf(next), 1);
      const work = runOne(next, results, tell).finally(() => running.delete(next.name));
      running.set(next.name, work);
      // Nothing may join a stage that wants to be alone.
      if (next.alone) await work;
    } else {
      await Promise.race(running.values());
    }
  }
  return stages.flatMap((stage) => results.get(stage.name) ?? []);
}

/** The counts of several results together. */
export function sum(results: readonly Count[]): Count {
  return results.reduce((total, { passed, failed, skipped }) => ({ passed: total.passed + passed, failed: total.failed + failed, skipped: total.skipped + skipped }), { passed: 0, failed: 0, skipped: 0 });
}

function canBegin(stage: Stage, running: ReadonlyMap<string, unknown>, results: ReadonlyMap<string, Result>, waiting: readonly Stage[]): boolean {
  if (!stage.needs.every((name) => results.has(name))) return false;
  return !stage.alone || (running.size === 0 && waiting.every((other) => other === stage || other.alone === true));
}

async function runOne(stage: Stage, results: Map<string, Result>, tell: (result: Result, tookMs: number) => void): Promise<void> {
  const startedAt = performance.now();
  const broken = stage.needs.filter((name) => (results.get(name)?.failed ?? 0) > 0);
  const outcome: Outcome =
    broken.length > 0
      ? { passed: 0, failed: 1, skipped: 0, output: `not run: ${broken.join(" and ")} failed` }
      : await stage.run().catch((error: unknown) => ({ passed: 0, failed: 1, skipped: 0, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  const result = { ...outcome, name: stage.name };
  results.set(stage.name, result);
  tell(result, performance.now() - startedAt);
}
