import { createHash } from "node:crypto";
import type { Replay } from "../world/tables";
import { DAY } from "../world/calendar";
import { ApiError } from "./error";

/** The answers given under an idempotency key, each for a day. */
export class Replies {
  #kept = new Map<string, Replay>();

  /** What was answered under this key to this very request; null when nothing was. Throws when the request differs. */
  find(key: string, request: string, now: number): Replay | null {
    const kept = this.#kept.get(key);
    if (!kept || kept.created <= now - DAY) return null;
    if (kept.fingerprint !== fingerprintOf(request)) {
      throw new ApiError(400, { type: "idempotency_error", message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.` });
    }
    return kept;
  }

  keep(key: string, request: string, answer: { status: number; body: string }, now: number): void {
    for (const [old, { created }] of this.#kept) {
      if (created > now - DAY) break;
      this.#kept.delete(old);
    }
    this.#kept.delete(key);
    this.#kept.set(key, { fingerprint: fingerprintOf(request), created: now, ...answer });
  }

  entries(): [string, Replay][] {
    return [...this.#kept];
  }

  load(entries: [string, Replay][]): void {
    this.#kept = new Map(entries);
  }
}

function fingerprintOf(request: string): string {
  return createHash("sha256").update(request).digest("hex");
}
