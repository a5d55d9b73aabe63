/** Counts out of the test runners' JSON reports. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Count } from "./stage";

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

/** Counts of a vitest run. A file that could not be loaded counts as one failure, and so does a run without a report. */
export function countVitest(file: string, exitCode: number | null): Count {
  const report = readReport(file, vitestReport);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const unloadable = report.testResults.filter((suite) => suite.status === "failed" && !suite.assertionResults.some(({ status }) => status === "failed")).length;
  return atLeastOneFailure({ passed: report.numPassedTests, failed: report.numFailedTests + unloadable, skipped: report.numPendingTests }, exitCode);
}

/** Counts of a Playwright run. A flaky test is a failed one. */
export function countPlaywright(file: string, exitCode: number | null): Count {
  const report = readReport(file, playwrightReport);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return atLeastOneFailure({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped }, exitCode);
}

/** A runner that ends badly with every test passed saw an error between them. A run that tested nothing did not pass either. */
function atLeastOneFailure(count: Count, exitCode: number | null): Count {
  const isWrong = exitCode !== 0 || count.passed + count.failed === 0;
  return isWrong && count.failed === 0 ? { ...count, failed: 1 } : count;
}

function readReport<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | null {
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // Cut short when the runner crashed: the same as none.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
