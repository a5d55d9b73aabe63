/** What a person sees in the terminal while things start: one line for each step. */

/** Runs one step: says when a long one begins, and at its end how long it took. A failed step says nothing; its error will. */
export async function step<T>(work: () => Promise<T>, describe: (result: T) => string | null, begin?: string): Promise<T> {
  const startedAt = performance.now();
  if (begin) console.log(`· ${begin}`);
  const result = await work();
  const line = describe(result);
  if (line) console.log(`✓ ${line} (${formatSeconds(performance.now() - startedAt)})`);
  return result;
}

/** A line about something that is not as it should be, but goes on. */
export function warn(line: string): void {
  console.error(`! ${line}`);
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
