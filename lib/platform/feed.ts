import { log } from "@/lib/platform/log";
import { processSingleton } from "@/lib/platform/process-singleton";

/** Told when nothing can be heard any more: the source is away, or the process stops. */
type Listening = { onError: (error: unknown) => void };

type FeedOptions<L> = {
  /** One a process, and what the log calls it. */
  name: string;
  everyMs: number;
  /** Asks the source once for all listeners and tells them what is new. `isThere`: whether one still listens after the answer. */
  hear: (listeners: L[], isThere: (listener: L) => boolean) => Promise<void>;
};

/** After so long without an answer the listeners are told, so that no client waits for a database that is gone. */
const PATIENCE_MS = 5_000;

/** Makes a feed: the process asks its source again and again, once for all who listen, while anybody does. Returns what adds a listener, which returns what takes it away. */
export function createFeed<L extends Listening>({ name, everyMs, hear }: FeedOptions<L>): (listener: L) => () => void {
  const state = () =>
    processSingleton(`feed.${name}`, () => {
      const made = { listeners: new Set<L>(), polling: false };
      endings().add(() => {
        for (const one of [...made.listeners]) one.onError(new Error("the process stops"));
      });
      return made;
    });

  async function poll(): Promise<void> {
    const feed = state();
    feed.polling = true;
    let silentMs = 0;
    while (feed.listeners.size > 0) {
      const asked = [...feed.listeners];
      try {
        await hear(asked, (one) => feed.listeners.has(one));
        silentMs = 0;
      } catch (error) {
        silentMs += everyMs;
        log().warn({ err: error, silent_ms: silentMs }, `${name} could not be read`);
        if (silentMs >= PATIENCE_MS) for (const one of asked) one.onError(error);
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    feed.polling = false;
  }

  return (listener) => {
    const feed = state();
    feed.listeners.add(listener);
    if (!feed.polling) void poll();
    return () => feed.listeners.delete(listener);
  };
}

/** Tells every listener of every feed in this process that it stops: clients come back to another one. */
export function endFeeds(): void {
  for (const end of endings()) end();
}

function endings(): Set<() => void> {
  return processSingleton("feeds", () => new Set<() => void>());
}
