import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countPlaywright, countVitest } from "./reports";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stint-reports-"));
  file = join(folder, "report.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (report: object): void => writeFileSync(file, JSON.stringify(report));
const suite = (status: string, ...statuses: string[]) => ({ status, assertionResults: statuses.map((one) => ({ status: one })) });

describe("vitest", () => {
  test("counts tests", () => {
    write({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, testResults: [suite("passed", "passed"), suite("failed", "failed")] });
    expect(countVitest(file, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });
  test("a file that could not be loaded is a failure", () => {
    write({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [suite("passed", "passed"), suite("failed")] });
    expect(countVitest(file, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });
  test("a bad end with every test passed is a failure", () => {
    write({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [suite("passed", "passed")] });
    expect(countVitest(file, 1).failed).toBe(1);
    expect(countVitest(file, 0).failed).toBe(0);
  });
  test("nothing tested, no report, half a report: a failure each", () => {
    write({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] });
    expect(countVitest(file, 0).failed).toBe(1);
    expect(countVitest(join(folder, "none.json"), 0).failed).toBe(1);
    writeFileSync(file, '{"numPassed');
    expect(countVitest(file, 0).failed).toBe(1);
  });
});

describe("playwright", () => {
  test("counts tests; flaky ones and errors between tests are failures", () => {
    write({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] });
    expect(countPlaywright(file, 1)).toEqual({ passed: 5, failed: 3, skipped: 2 });
  });
});
