import { ApiError } from "./errors";

/** Ways to fail on purpose, asked for by the model's name (`stint-extract-1:hang`) where the server allows it. */
export const FAULTS = ["error-500", "error-429", "hang", "hang-mid", "slow", "cut", "malformed"] as const;
export type Fault = (typeof FAULTS)[number];

/** Splits a model's name from its fault. Without permission the name stays whole, and is then an unknown model. */
export function readFault(model: string, allowed: boolean): { model: string; fault: Fault | null } {
  const colon = model.indexOf(":");
  if (!allowed || colon === -1) return { model, fault: null };
  const fault = FAULTS.find((name) => name === model.slice(colon + 1));
  return fault ? { model: model.slice(0, colon), fault } : { model, fault: null };
}

/** A pace asked for by the model's name: `stint-extract-1:pace-250.anything` pauses 250 ms between chunks. The rest is a label for the log. */
const PACE = /^pace-(\d{1,6})(?:\..{0,64})?$/;

/** Milliseconds between chunks that the name asks for; null: the server's own. */
export function readPace(model: string, allowed: boolean): { model: string; paceMs: number | null } {
  const colon = model.indexOf(":");
  const pace = allowed && colon !== -1 ? PACE.exec(model.slice(colon + 1)) : null;
  return pace ? { model: model.slice(0, colon), paceMs: Number(pace[1]) } : { model, paceMs: null };
}

/** `stint-extract-1:flaky-2.anything`: the first two requests with exactly this name are refused with 429, later ones answered. */
const FLAKY = /^flaky-(\d{1,2})(?:\..{0,64})?$/;

/** How many requests with this name are refused first; 0: none. */
export function readFlaky(model: string, allowed: boolean): { model: string; refusals: number } {
  const colon = model.indexOf(":");
  const flaky = allowed && colon !== -1 ? FLAKY.exec(model.slice(colon + 1)) : null;
  return flaky ? { model: model.slice(0, colon), refusals: Number(flaky[1]) } : { model, refusals: 0 };
}

/** Throws what the faults that answer with an error answer with. */
export function throwFault(fault: Fault | null): void {
  if (fault === "error-500") throw new ApiError(500, "The server had an error while processing your request.", "server_error", null, null);
  if (fault === "error-429") {
    throw new ApiError(429, "Rate limit reached.", "rate_limit_error", null, "rate_limit_exceeded", { "retry-after": "1" });
  }
}
