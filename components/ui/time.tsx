"use client";

import { useSyncExternalStore } from "react";
import { absoluteTime, absoluteUtc, relativeTime } from "@/components/ui/time-words";

/** One clock for every time on the page, ticking each ten seconds while somebody listens. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, 10_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function readNow(): number {
  if (now === 0) now = Date.now();
  return now;
}

type TimeProps = {
  /** An ISO 8601 instant. */
  at: string;
  /** `absolute` always shows date and time; the default is relative within a day. */
  look?: "relative" | "absolute";
  className?: string;
};

/** An instant: "3 min ago" within a day, the date after; the exact time in the reader's zone on hover. The server prints UTC, the browser takes over. */
export function Time({ at, look = "relative", className }: TimeProps) {
  const current = useSyncExternalStore(subscribe, readNow, () => null);
  const text = current === null ? absoluteUtc(at) : look === "absolute" ? absoluteTime(at) : relativeTime(at, current);
  return (
    <time dateTime={at} title={current === null ? undefined : absoluteTime(at, "full")} className={className}>
      {text}
    </time>
  );
}
