"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useSyncExternalStore, useTransition } from "react";
import { nextRefreshMs } from "@/components/usage/live-schedule";

type LiveRefreshProps = { running: number; queued: number };

/**
 * Keeps the page's numbers up to date while runs are under way, and says how many are. It asks the server for the page
 * again, one request at a time, only in a tab that somebody can see.
 */
export function LiveRefresh({ running, queued }: LiveRefreshProps) {
  const router = useRouter();
  const visible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible", () => false);
  const [refreshing, startRefresh] = useTransition();
  const [beats, setBeats] = useState(0);
  const seen = useRef({ sinceEnd: Number.POSITIVE_INFINITY, beganAt: 0, tookMs: 0, hidden: false });
  const active = running + queued > 0;

  useEffect(() => {
    if (refreshing) return;
    const { current } = seen;
    if (current.beganAt > 0) current.tookMs = performance.now() - current.beganAt;
    current.beganAt = 0;
    if (active) current.sinceEnd = 0;
    if (!visible) {
      current.hidden = true;
      return;
    }
    // Back in view: what is on the page may be old.
    const wait = current.hidden ? 0 : nextRefreshMs({ active, sinceEnd: current.sinceEnd, tookMs: current.tookMs });
    current.hidden = false;
    const timer = setTimeout(() => {
      current.beganAt = performance.now();
      if (!active) current.sinceEnd += 1;
      setBeats((count) => count + 1);
      startRefresh(() => router.refresh());
    }, wait);
    return () => clearTimeout(timer);
  }, [active, visible, refreshing, beats, router]);

  if (!active) return null;
  return (
    <p role="status" className="flex items-center gap-2 text-xs text-muted">
      <span aria-hidden="true" className="size-2 animate-breathe rounded-full bg-accent" />
      <span>
        <span className="text-ink">Live</span>: {[running > 0 ? `${running} executing` : "", queued > 0 ? `${queued} waiting` : ""].filter(Boolean).join(", ")}
      </span>
    </p>
  );
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
