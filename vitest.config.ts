import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const LEFT_OUT = ["**/node_modules/**", "**/.next*/**", "**/.stint*/**", "e2e/**"];

export default defineConfig({
  resolve: { alias: { "@": resolve(import.meta.dirname) } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...LEFT_OUT, "**/*.integration.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["**/*.integration.test.ts"],
          exclude: LEFT_OUT,
          // One database for all of them, so one file after another.
          globalSetup: "./scripts/test/integration-setup.ts",
          pool: "forks",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
