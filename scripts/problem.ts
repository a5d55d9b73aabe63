import { PostgresProblem } from "@/local/postgres/problem";

/** A failure that is expected to happen to people. Its message says what to do; it is shown without a stack. */
export class Problem extends Error {
  override name = "Problem";
}

/** The text for the person at the terminal: the message of an expected failure, the whole stack of any other. */
export function explain(error: unknown): string {
  if (error instanceof Problem || error instanceof PostgresProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The database's error code (SQLSTATE) or the system's (ECONNREFUSED), or null. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
