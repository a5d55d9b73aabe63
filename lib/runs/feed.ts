import { log } from "@/lib/platform/log";
import { processSingleton } from "@/lib/platform/process-singleton";
import { readEventsAfter, type EventRow } from "@/lib/runs/repo";

type Listener = { tenantId: string; runId: string; after: number; onEvents: (events: EventRow[]) => void; onError: (error: unknown) => void };
type Feed = { listeners: Set<Listener>; polling: boolean };

const EVERY_MS = 100;
/** Events one listener gets in one go; a client far behind catches up over several. */
const MOST = 500;
/** After this many failed polls in a row the listeners are told, so that no client waits for a database that is gone. */
const MOST_FAILURES = 50;

/**
 * Follows a run's events from after `after`. The process asks the database once for all its listeners.
 * Returns a function that ends it.
 */
export function followRun(listener: Listener): () => void {
  const feed = processSingleton<Feed>("feed", () => ({ listeners: new Set(), polling: false }));
  feed.listeners.add(listener);
  if (!feed.polling) void poll(feed);
  return () => feed.listeners.delete(listener);
}

/** Ends every stream of this process, for shutdown: clients come back to another one with `Last-Event-ID`. */
export function endFollowing(): void {
  const feed = processSingleton<Feed>("feed", () => ({ listeners: new Set(), polling: false }));
  for (const one of [...feed.listeners]) one.onError(new Error("the process stops"));
}

async function poll(feed: Feed): Promise<void> {
  feed.polling = true;
  let failures = 0;
  while (feed.listeners.size > 0) {
    const asked = [...feed.listeners];
    try {
      deliver(feed, asked, await readEventsAfter(asked, MOST));
      failures = 0;
    } catch (error) {
      failures += 1;
      log().warn({ err: error, failures }, "run events could not be read");
      if (failures >= MOST_FAILURES) for (const one of asked) one.onError(error);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  feed.polling = false;
}

function deliver(feed: Feed, asked: Listener[], events: EventRow[]): void {
  const byRun = Map.groupBy(events, (event) => event.run_id);
  for (const one of asked) {
    if (!feed.listeners.has(one)) continue;
    // Two listeners of one run stand at different places, and the answer holds the rows of both.
    const fresh = new Map((byRun.get(one.runId) ?? []).filter((event) => event.seq > one.after).map((event) => [event.seq, event]));
    const last = Math.max(one.after, ...fresh.keys());
    if (last === one.after) continue;
    one.after = last;
    one.onEvents([...fresh.values()].sort((a, b) => a.seq - b.seq));
  }
}
