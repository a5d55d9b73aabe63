import { reportError } from "@/lib/platform/report-error";

/**
 * Repeats a piece of upkeep in this process, the next time `everyMs` after the last one ended. A failure is reported
 * and the next time comes all the same. Returns a function that ends it.
 */
export function repeat(name: string, everyMs: number, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout;
  let ended = false;
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      reportError(error, { job: name });
    }
    if (!ended) timer = setTimeout(() => void turn(), everyMs);
  };
  void turn();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
