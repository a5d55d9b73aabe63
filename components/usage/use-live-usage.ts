"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { followUsage } from "@/components/usage/follow-usage";
import type { LiveUsage } from "@/lib/usage/live";

/**
 * How a workspace stands now: what the server drew, then a small answer each second or so while runs are under way and
 * one when something is used, in a tab that somebody sees. Charts and lists are the page's own; it is drawn anew when they are out of date.
 */
export function useLiveUsage(tenant: string, drawn: LiveUsage): LiveUsage {
  const router = useRouter();
  const [heard, setHeard] = useState(drawn);
  const visible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible", () => true);
  const latest = heard.at > drawn.at ? heard : drawn;
  const shown = useRef(latest);
  const wasAway = useRef(false);
  useEffect(() => void (shown.current = latest), [latest]);

  useEffect(() => {
    if (!visible) {
      wasAway.current = true;
      return;
    }
    // Back in view: what is on the page may be old.
    if (wasAway.current) router.refresh();
    wasAway.current = false;
    return followUsage({ shown: shown.current, ask: (signal, after) => askFor(tenant, after, signal), onAnswer: setHeard, onRedraw: () => router.refresh() });
  }, [visible, tenant, router]);
  return latest;
}

async function askFor(tenant: string, after: string | null, signal: AbortSignal): Promise<LiveUsage | null> {
  const query = new URLSearchParams(after === null ? { tenant } : { tenant, after });
  try {
    const response = await fetch(`/api/v1/usage/live?${query}`, { signal });
    // Our own API on our own origin; checking its shape again would bring the whole schema library into the page.
    return response.ok ? ((await response.json()) as LiveUsage) : null;
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
