import { nextBeatMs, wantsRedraw, type Pulse } from "@/components/usage/live-schedule";
import type { LiveUsage } from "@/lib/usage/live";

type Following = {
  /** How things stand by what the page shows. */
  shown: LiveUsage;
  /** Asks how things stand now; null when nobody answered. */
  ask: (signal: AbortSignal) => Promise<LiveUsage | null>;
  onAnswer: (answer: LiveUsage) => void;
  onRedraw: () => void;
};

/** Asks again and again until the returned function is called: one question at a time, as `live-schedule` says. */
export function followUsage({ shown, ask, onAnswer, onRedraw }: Following): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  let known = underWay(shown);
  let changed = false;
  let redrawnAt = performance.now();
  let pulse: Pulse = { active: known > 0, sinceEnd: Number.POSITIVE_INFINITY, tookMs: 0 };

  async function beat(): Promise<void> {
    const began = performance.now();
    const answer = await ask(stop.signal);
    if (stop.signal.aborted) return;
    if (answer) hear(answer, performance.now() - began);
    // Away or refused: asked again as rarely as while nothing runs.
    else pulse = { active: false, sinceEnd: Number.POSITIVE_INFINITY, tookMs: 0 };
    timer = setTimeout(() => void beat(), nextBeatMs(pulse));
  }

  function hear(answer: LiveUsage, tookMs: number): void {
    const count = underWay(answer);
    const sinceEnd = count > 0 ? 0 : known > 0 ? 0 : pulse.sinceEnd + 1;
    changed ||= count !== known;
    known = count;
    pulse = { active: count > 0, sinceEnd, tookMs };
    onAnswer(answer);
    if (!wantsRedraw(pulse, changed, performance.now() - redrawnAt)) return;
    changed = false;
    redrawnAt = performance.now();
    onRedraw();
  }

  timer = setTimeout(() => void beat(), nextBeatMs(pulse));
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}

function underWay({ runs }: LiveUsage): number {
  return runs.running + runs.queued;
}
