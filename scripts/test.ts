/** `npm test`: every check of the project. The last line is `N passed, N failed`. Names of stages as arguments run only those. */
import { join } from "node:path";
import { explain } from "./problem";
import { openHome } from "./start/home";
import { ProcessList } from "./start/process-list";
import { listStages } from "./test/stages";
import { runStages, sum, type Result } from "./test/run-stages";
import { makeTestHome, removeTestHome } from "./test/stack";

const startedAt = performance.now();
let results: Result[] = [];
let crashed = false;

const home = makeTestHome();
try {
  openHome(home);
  const processes = new ProcessList(home);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      console.log("\nInterrupted.");
      // The watchdog ends what is still running.
      finish(1);
    });
  }
  const wanted = process.argv.slice(2);
  const stages = listStages(processes, join(home, "logs")).map((stage) => (wanted.length === 0 || wanted.includes(stage.name) ? stage : null));
  const chosen = stages.filter((stage) => stage !== null);
  const names = new Set(chosen.map((stage) => stage.name));
  results = await runStages(
    chosen.map((stage) => ({ ...stage, needs: stage.needs.filter((name) => names.has(name)) })),
    tell,
  );
  processes.close();
} catch (error) {
  crashed = true;
  console.error(explain(error));
}

for (const result of results.filter(({ failed }) => failed > 0)) {
  console.log(`\n──── ${result.name} ────\n${result.output.trimEnd()}`);
}
finish(crashed ? 1 : 0);

function tell(result: Result, tookMs: number): void {
  results = [...results, result];
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : "";
  const mark = result.failed > 0 ? "✗" : "✓";
  console.log(`${mark} ${result.name}: ${result.passed} passed, ${result.failed} failed${skipped} (${(tookMs / 1000).toFixed(1)} s)`);
}

function finish(extraFailures: number): never {
  removeTestHome(home);
  const { passed, failed } = sum(results);
  console.log(`\n${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
  console.log(`${passed} passed, ${failed + extraFailures} failed`);
  process.exit(failed + extraFailures > 0 ? 1 : 0);
}
