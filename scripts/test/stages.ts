import { join } from "node:path";
import { fingerprintSources, isBuilt, markBuilt, markUnbuilt } from "../start/build";
import { PROJECT_FOLDER } from "../start/home";
import type { ProcessList } from "../start/process-list";
import { isolatedEnvironment, TEST_DIST_FOLDER } from "./isolated-environment";
import { countPlaywright, countVitest } from "./reports";
import { execute, runWhole, type Outcome, type Stage } from "./stage";

/** Everything `npm test` does, in the order in which it is begun. `reports` is a folder for the runners' reports. */
export function listStages(processes: ProcessList, reports: string): Stage[] {
  const env = isolatedEnvironment(process.env);
  const checks = { ...env, NODE_ENV: "test" as const };
  const whole = (name: string, needs: string[], args: string[]): Stage => ({ name, needs, run: () => runWhole(name, args, env, processes) });
  const vitest = (project: string, needs: string[]): Stage => ({
    name: project,
    needs,
    run: () => runVitest(project, checks, processes, join(reports, `${project}.json`)),
  });
  return [
    whole("database client", [], ["scripts/generate-prisma.mjs"]),
    { name: "build", needs: ["database client"], run: () => runBuild(env, processes) },
    whole("type-check", ["database client"], ["node_modules/typescript/bin/tsc", "-p", "tsconfig.check.json"]),
    vitest("integration", ["database client"]),
    vitest("unit", ["database client"]),
    whole("lint", [], ["node_modules/eslint/bin/eslint.js", "."]),
    whole("import rules", [], ["node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", ".dependency-cruiser.mjs", "app", "bench", "components", "e2e", "lib", "local", "prisma", "scripts", "middleware.ts", "instrumentation.ts", "instrumentation-client.ts"]),
    { name: "browser and HTTP", needs: ["build"], alone: true, run: () => runPlaywright(checks, processes, join(reports, "playwright.json")) },
  ];
}

async function runVitest(project: string, env: NodeJS.ProcessEnv, processes: ProcessList, report: string): Promise<Outcome> {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code, output } = await execute(project, args, env, processes);
  return { ...countVitest(report, code), output };
}

async function runPlaywright(env: NodeJS.ProcessEnv, processes: ProcessList, report: string): Promise<Outcome> {
  const args = ["node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"];
  const { code, output } = await execute("playwright", args, { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report }, processes);
  return { ...countPlaywright(report, code), output };
}

/** The production build, stamped like the one of `npm start`, so that starting the application does not build again. */
async function runBuild(env: NodeJS.ProcessEnv, processes: ProcessList): Promise<Outcome> {
  const folder = join(PROJECT_FOLDER, TEST_DIST_FOLDER);
  const fingerprint = fingerprintSources(env);
  if (isBuilt(folder, fingerprint)) return { passed: 1, failed: 0, skipped: 0, output: "" };
  markUnbuilt(folder);
  const outcome = await runWhole("build", ["node_modules/next/dist/bin/next", "build"], { ...env, NEXT_DIST_DIR: TEST_DIST_FOLDER, NEXT_TELEMETRY_DISABLED: "1" }, processes);
  if (outcome.failed === 0) markBuilt(folder, fingerprint);
  return outcome;
}
