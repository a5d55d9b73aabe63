import { SECOND_MS } from "@/lib/core/time";
import { createFeed } from "@/lib/platform/feed";
import { readRevisions } from "@/lib/usage/repo";

/** How long a question is held: less than any proxy in between waits for an answer. */
export const HOLD_MS = 20 * SECOND_MS;

type Listener = { tenantId: string; revision: string; onMove: () => void; onError: (error: unknown) => void };

const follow = createFeed<Listener>({
  name: "usage",
  everyMs: 250,
  hear: async (listeners) => {
    const revisions = await readRevisions([...new Set(listeners.map(({ tenantId }) => tenantId))]);
    // A tenant that is gone has none.
    for (const one of listeners) if (revisions.get(one.tenantId) !== one.revision) one.onMove();
  },
});

/** Waits until runs or usage of the tenant are other than `revision` says, `timeoutMs` have passed, the caller has gone or nothing can be heard. */
export async function untilUsageMoves(tenantId: string, revision: string, signal: AbortSignal, timeoutMs: number = HOLD_MS): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    const stop = follow({ tenantId, revision, onMove: finish, onError: finish });
    signal.addEventListener("abort", finish);
  });
}
