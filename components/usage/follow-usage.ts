import { isSettled, mayHold, nextBeatMs, wantsRedraw, type Pulse } from "@/components/usage/live-schedule";
import type { LiveUsage } from "@/lib/usage/live";

type Following = {
  /** How things stand by what the page shows. */
  shown: LiveUsage;
  /** Asks how things stand now; null when nobody answered. With `after`, a revision, the answer may wait until things stand otherwise. */
  ask: (signal: AbortSignal, after: string | null) => Promise<LiveUsage | null>;
  onAnswer: (answer: LiveUsage) => void;
  onRedraw: () => void;
};

/** Asks again and again until the returned function is called: one question at a time, as `live-schedule` says. */
export function followUsage({ shown, ask, onAnswer, onRedraw }: Following): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  let known = shown;
  let changed = false;
  let redrawnAt = performance.now();
  let movedAt = 0;
  let pulse: Pulse = { active: underWay(known) > 0, sinceEnd: Number.POSITIVE_INFINITY, moved: null, tookMs: 0 };

  async function beat(): Promise<void> {
    const began = performance.now();
    const after = mayHold(pulse) ? known.revision : null;
    const answer = await ask(stop.signal, after);
    if (stop.signal.aborted) return;
    if (answer) hear(answer, after === null ? performance.now() - began : 0);
    timer = setTimeout(() => void beat(), nextBeatMs(pulse, answer !== null));
  }

  function hear(answer: LiveUsage, tookMs: number): void {
    const [before, count, now] = [underWay(known), underWay(answer), performance.now()];
    const rests = before === 0 && count === 0;
    const moves = rests && answer.revision !== known.revision;
    if (moves && !pulse.moved) movedAt = now;
    const ms = now - movedAt;
    const moved = moves ? { answers: 0, ms } : rests && pulse.moved ? { answers: pulse.moved.answers + 1, ms } : null;
    pulse = { active: count > 0, sinceEnd: rests ? pulse.sinceEnd + 1 : 0, moved, tookMs };
    changed ||= count !== before;
    known = answer;
    onAnswer(answer);
    if (wantsRedraw(pulse, changed, now - redrawnAt)) redraw(now);
  }

  function redraw(now: number): void {
    changed = false;
    redrawnAt = now;
    movedAt = now;
    // The rollups have followed what rests; what still moves is drawn again.
    if (pulse.moved && isSettled(pulse.moved)) pulse.moved = null;
    onRedraw();
  }

  timer = setTimeout(() => void beat(), nextBeatMs(pulse, true));
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}

function underWay({ runs }: LiveUsage): number {
  return runs.running + runs.queued;
}
