import Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { env } from "@/lib/platform/env";
import { processSingleton } from "@/lib/platform/process-singleton";

/** The version whose shapes this code reads; events are fetched again in it, whatever version they were sent in. */
export const STRIPE_VERSION = "2026-10-28.endive";

/** Whether this installation sells plans. */
export function billingEnabled(): boolean {
  return env().STRIPE_SECRET_KEY !== undefined;
}

/** The client of `STRIPE_SECRET_KEY`. Never called inside a database transaction. @throws AppError `unavailable` where nothing is sold */
export function stripe(): Stripe {
  return processSingleton("stripe", () => {
    const { STRIPE_SECRET_KEY: key, STRIPE_API_URL } = env();
    if (key === undefined) throw new AppError("unavailable", "This installation sells no plans.");
    return openStripe(key, STRIPE_API_URL);
  });
}

/** A client of its own, for programs that run before the application's environment is there. */
export function openStripe(key: string, apiUrl: string): Stripe {
  const { protocol, hostname, port } = new URL(apiUrl);
  return new Stripe(key, {
    apiVersion: STRIPE_VERSION, maxNetworkRetries: 2, timeout: 20_000, telemetry: false,
    protocol: protocol === "http:" ? "http" : "https", host: hostname, ...(port === "" ? {} : { port }),
  });
}
