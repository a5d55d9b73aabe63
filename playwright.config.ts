import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/fixtures/chromium";

const chromium = await findChromium();

export default defineConfig({
  testDir: "e2e",
  testMatch: ["flows/**/*.spec.ts", "api/**/*.spec.ts", "start/**/*.spec.ts"],
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
