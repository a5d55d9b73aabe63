import { createFeed } from "@/lib/platform/feed";
import { readEventsAfter, type EventRow } from "@/lib/runs/repo";

type Listener = { tenantId: string; runId: string; after: number; onEvents: (events: EventRow[]) => void; onError: (error: unknown) => void };

/** Events one listener gets in one go; a client far behind catches up over several. */
const MOST = 500;

/** Follows a run's events from after `after`. Returns a function that ends it. A stream that is ended from here is gone on with by `Last-Event-ID`. */
export const followRun = createFeed<Listener>({
  name: "run events",
  everyMs: 100,
  hear: async (listeners, isThere) => {
    const byRun = Map.groupBy(await readEventsAfter(listeners, MOST), (event) => event.run_id);
    for (const one of listeners) {
      if (!isThere(one)) continue;
      // Two listeners of one run stand at different places, and the answer holds the rows of both.
      const fresh = new Map((byRun.get(one.runId) ?? []).filter((event) => event.seq > one.after).map((event) => [event.seq, event]));
      const last = Math.max(one.after, ...fresh.keys());
      if (last === one.after) continue;
      one.after = last;
      one.onEvents([...fresh.values()].sort((a, b) => a.seq - b.seq));
    }
  },
});
