"use client";

import { useEffect, useState } from "react";
import type { RunDto } from "@/lib/runs/schema";

/** What a page knows of a run while it executes. `connected` is false between a lost connection and the next one. */
export type LiveRun = { text: string; run: RunDto | null; started: boolean; connected: boolean };

const ENDS = ["run.succeeded", "run.failed", "run.canceled", "run.timed_out", "run.stopped"];

/**
 * Follows a run's events with the browser's session. The browser reconnects by itself and says where it was, so that
 * nothing is shown twice. Null: follows nothing.
 */
export function useRunEvents(tenant: string, runId: string | null): LiveRun {
  const [live, setLive] = useState<{ of: string | null } & LiveRun>(() => ({ of: null, ...fresh() }));
  useEffect(() => {
    if (runId === null) return;
    const update = (change: (before: LiveRun) => Partial<LiveRun>): void =>
      setLive((before) => {
        const base = before.of === runId ? before : { of: runId, ...fresh() };
        return { ...base, ...change(base) };
      });
    const source = new EventSource(`/api/v1/runs/${runId}/events?tenant=${encodeURIComponent(tenant)}`);
    source.onopen = () => update(() => ({ connected: true }));
    source.onerror = () => update(() => ({ connected: false }));
    source.addEventListener("run.started", () => update(() => ({ started: true })));
    // A step that begins again, on another worker, says its text again from the start.
    source.addEventListener("step.started", () => update(() => ({ text: "" })));
    source.addEventListener("output.delta", (event: MessageEvent<string>) => {
      const { text } = read<{ text: string }>(event);
      update((before) => ({ text: before.text + text }));
    });
    for (const type of ENDS) {
      source.addEventListener(type, (event: MessageEvent<string>) => {
        source.close();
        const { run } = read<{ run: RunDto }>(event);
        update((before) => ({ run, text: run.output ?? before.text }));
      });
    }
    return () => source.close();
  }, [tenant, runId]);
  return live.of === runId ? live : fresh();
}

function fresh(): LiveRun {
  return { text: "", run: null, started: false, connected: true };
}

function read<T>(event: MessageEvent<string>): T {
  // Our own API on our own origin; checking its shape again would bring the whole schema library into the page.
  return JSON.parse(event.data) as T;
}
