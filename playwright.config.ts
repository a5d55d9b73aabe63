import { defineConfig } from "@playwright/test";
import type { Mount } from "./e2e/api/mounts";
import { findChromium } from "./e2e/fixtures/chromium";

const chromium = await findChromium();

/** What could differ where Next stands between the socket and the API's handlers. */
const BOTH_MOUNTS = "api/{export,isolation,manners,openai-client,operations,runs}.spec.ts";

export default defineConfig<object, { apiMount: Mount }>({
  testDir: "e2e",
  projects: [
    { name: "app", testMatch: ["flows/**/*.spec.ts", "api/**/*.spec.ts", "start/**/*.spec.ts"] },
    { name: "through Next", testMatch: BOTH_MOUNTS, use: { apiMount: "next" } },
  ],
  outputDir: "test-results",
  globalSetup: "./e2e/fixtures/app.ts",
  // One application and one worker: tests share them and make workspaces of their own.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: process.env.STINT_TEST_URL,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: chromium.executablePath, args: chromium.args, env: chromium.env },
  },
});
