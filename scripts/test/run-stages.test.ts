import { expect, test } from "vitest";
import { runStages, sum } from "./run-stages";
import type { Outcome, Stage } from "./stage";

const passed: Outcome = { passed: 1, failed: 0, skipped: 0, output: "" };
const failed: Outcome = { passed: 0, failed: 1, skipped: 0, output: "broken" };

function stage(name: string, outcome: Outcome | Error, options: Partial<Stage> = {}): Stage {
  return { name, needs: [], ...options, run: async () => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  } };
}

test("a stage that needs a failed one is not run and counts as failed; the rest goes on", async () => {
  let ran = false;
  const results = await runStages(
    [stage("build", failed), { ...stage("browser", passed, { needs: ["build"] }), run: async () => { ran = true; return passed; } }, stage("lint", passed)],
    () => undefined,
  );
  expect(ran).toBe(false);
  expect(results.map(({ name, failed: count }) => [name, count])).toEqual([["build", 1], ["browser", 1], ["lint", 0]]);
  expect(sum(results)).toEqual({ passed: 1, failed: 2, skipped: 0 });
});

test("a stage that throws is a failure with its reason", async () => {
  const [result] = await runStages([stage("unit", new Error("no such file"))], () => undefined);
  expect(result?.failed).toBe(1);
  expect(result?.output).toContain("no such file");
});

test("a stage that wants to be alone runs after the others, with nothing beside it", async () => {
  let running = 0;
  let beside = -1;
  const order: string[] = [];
  const slow = (name: string): Stage => ({ name, needs: [], run: async () => {
    running++;
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    order.push(name);
    return passed;
  } });
  await runStages([{ ...slow("browser"), alone: true, run: async () => { beside = running; order.push("browser"); return passed; } }, slow("a"), slow("b"), slow("c")], () => undefined);
  expect(beside).toBe(0);
  expect(order.at(-1)).toBe("browser");
});
