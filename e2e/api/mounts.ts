/** Tests of the API that run twice: at our own server's door, and through Next's route files. playwright.config.ts names them. */
import { test as base } from "@playwright/test";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { useBase } from "./client";

export const MOUNTS = ["direct", "next"] as const;
export type Mount = (typeof MOUNTS)[number];

/** The application's second mount: the same build on the same stores, with every request going through Next. */
export function startThroughNext(): Promise<WebProcess> {
  return startWebProcess(() => ({ API_MOUNT: "next", METRICS_TOKEN: process.env.STINT_TEST_METRICS_TOKEN ?? "" }));
}

/** `test` whose calls go to the mount of the project. */
// Playwright's type for "no fixtures of a test's own" is the empty object.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export const test = base.extend<{}, { apiMount: Mount; atMount: void }>({
  apiMount: ["direct", { option: true, scope: "worker" }],
  atMount: [
    async ({ apiMount }, use) => {
      if (apiMount === "direct") return use();
      const web = await startThroughNext();
      useBase(web.url);
      await use();
      await web.stop();
    },
    { auto: true, scope: "worker", timeout: 60_000 },
  ],
});
