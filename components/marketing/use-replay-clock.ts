"use client";

import { useCallback, useEffect, useState } from "react";

/**
 * A clock that runs once from `startMs` to `totalMs` at real speed, and again when asked. For readers who asked for less
 * motion it stands at the end at once.
 * @returns where the clock is in milliseconds, and how to run it again from zero
 */
export function useReplayClock(startMs: number, totalMs: number): [number, () => void] {
  const [nowMs, setNowMs] = useState(startMs);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const still = round === 0 && matchMedia("(prefers-reduced-motion: reduce)").matches;
    const offset = round === 0 ? startMs : 0;
    let began: number | undefined;
    let frame = requestAnimationFrame(function tick(at) {
      began ??= at;
      const next = still ? totalMs : Math.min(totalMs, offset + at - began);
      setNowMs(next);
      if (next < totalMs) frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [round, startMs, totalMs]);

  return [nowMs, useCallback(() => setRound((count) => count + 1), [])];
}
