import { setTimeout } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";

const RETRY_MS = 250;
const MOST_TRIES = 40;

/** Repeats a write while the database is away: work that was done is not thrown away for a short outage. */
export async function untilStored<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable") || attempt >= MOST_TRIES) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}
