"use client";

import { useEffect, useState } from "react";
import { addEvent, EMPTY_TIMELINE, EVENT_TYPES, type Timeline } from "@/components/runs/timeline";

/** What a page knows of a run while it executes. `connected` is false between a lost connection and the next one. */
export type LiveRun = Timeline & { connected: boolean };

/** How long to wait where the browser gave up, as it does on an answer that is no stream. */
const RECONNECT_MS = 2_000;
const LONGEST_RECONNECT_MS = 60_000;

/**
 * Follows a run's events with the browser's session. The browser reconnects by itself and says where it was; where it gives
 * up, we connect anew. Events that are known already change nothing, so nothing is shown twice. Null: follows nothing.
 */
export function useRunEvents(tenant: string, runId: string | null): LiveRun {
  const [live, setLive] = useState<{ of: string | null } & LiveRun>(() => ({ of: null, ...fresh() }));
  useEffect(() => {
    if (runId === null) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waitMs = RECONNECT_MS;
    const update = (change: (before: LiveRun) => LiveRun): void =>
      setLive((before) => ({ of: runId, ...change(before.of === runId ? before : fresh()) }));
    const connect = (): void => {
      const opened = new EventSource(`/api/v1/runs/${runId}/events?tenant=${encodeURIComponent(tenant)}`);
      source = opened;
      opened.onopen = () => {
        waitMs = RECONNECT_MS;
        update((before) => ({ ...before, connected: true }));
      };
      opened.onerror = () => {
        update((before) => ({ ...before, connected: false }));
        if (opened.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(connect, waitMs);
        waitMs = Math.min(2 * waitMs, LONGEST_RECONNECT_MS);
      };
      for (const type of EVENT_TYPES) {
        opened.addEventListener(type, (event: MessageEvent<string>) => {
          const data = JSON.parse(event.data) as Record<string, unknown>;
          // The last event: without this the browser would ask for more.
          if ("run" in data) opened.close();
          update((before) => ({ ...before, ...addEvent(before, { id: Number(event.lastEventId), type, data }) }));
        });
      }
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [tenant, runId]);
  return live.of === runId ? live : fresh();
}

function fresh(): LiveRun {
  return { ...EMPTY_TIMELINE, connected: true };
}
