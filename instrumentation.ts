import type { Instrumentation } from "next";

/** Runs once in every Next process before it serves: a missing variable is told here, not to the first customer. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { env } = await import("@/lib/platform/env");
    env();
    await import("@/lib/platform/sentry-node");
  } else {
    const { edgeEnv } = await import("@/lib/platform/env");
    edgeEnv();
    await import("@/lib/platform/sentry-edge");
  }
}

/** What a page or an action let escape. API routes answer their own errors and report them themselves. */
export const onRequestError: Instrumentation.onRequestError = async (error, request) => {
  const id = request.headers["x-stint-request-id"];
  const context = { route: request.path.split("?")[0], request_id: typeof id === "string" ? id : undefined };
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { reportError } = await import("@/lib/platform/report-error");
    reportError(error, context);
  } else {
    const { reportEdgeError } = await import("@/lib/platform/report-edge-error");
    reportEdgeError(error, context);
  }
};
