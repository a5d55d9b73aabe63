import { reportBrowserError } from "@/lib/platform/report-browser-error";

// Runs in every page before it comes alive. What nothing else catches is reported; a failing report is not an error of its own.
const report = (error: unknown): void => void reportBrowserError(error).catch(() => undefined);
window.addEventListener("error", (event) => report(event.error));
window.addEventListener("unhandledrejection", (event) => report(event.reason));
