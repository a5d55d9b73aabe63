import { MINUTE_MS } from "@/lib/core/time";

/** The owner's choice as one word, to see whether two readers of it saw the same. */
export function overageMark(choice: { enabled: boolean; limitMicros: number }): string {
  return `${choice.enabled ? "on" : "off"}:${choice.limitMicros}`;
}

export type OverageTerms = { quotaMs: number; microsPerMinute: number; limitMicros: number };
/** Minutes in milliseconds, model spend in micro-dollars. */
export type OverageReach = {
  /** Minutes past the quota when nothing is spent on models past theirs. */
  minutesMs: number;
  /** Twice the quota comes before the limit does, so that the minutes alone cannot use it up. */
  endsAtTwice: boolean;
  /** What remains for models when half of those minutes are used. */
  mixed: { minutesMs: number; modelMicros: number };
};

/** What a spend limit reaches to: minutes end at twice their quota, and model spend takes from the same limit. */
export function overageReach({ quotaMs, microsPerMinute, limitMicros }: OverageTerms): OverageReach {
  const paidMs = Math.floor((limitMicros * MINUTE_MS) / microsPerMinute);
  const minutesMs = Math.min(quotaMs, paidMs);
  const halfMs = Math.floor(minutesMs / 2 / MINUTE_MS) * MINUTE_MS || Math.floor(minutesMs / 2);
  return { minutesMs, endsAtTwice: paidMs >= quotaMs, mixed: { minutesMs: halfMs, modelMicros: limitMicros - overageCost(halfMs, microsPerMinute) } };
}

/** What minutes past the quota cost, in micro-dollars, rounded up as the lease does. */
export function overageCost(pastMs: number, microsPerMinute: number): number {
  return Math.ceil((Math.max(0, pastMs) * microsPerMinute) / MINUTE_MS);
}

export type Pause = {
  title: string;
  /** Why, and what it means. */
  text: string;
  /** Who or what ends it. */
  lifted: string;
  /** An owner or admin may end it here. */
  ownDoing: boolean;
};

const STOPPED = "Nothing new runs and running runs were stopped, their output so far kept. Everything can still be read.";

/** What is to be said of a pause. @param reason as the tenant's row has it */
export function pauseOf(reason: string | null): Pause {
  switch (reason) {
    case "owner":
      return { title: "This workspace is paused", text: STOPPED, lifted: "An owner or admin resumes it on the caps page.", ownDoing: true };
    case "twice_quota":
      return { title: "This workspace is paused at twice its minutes", text: STOPPED, lifted: "A larger plan, the next period or support ends the pause. It cannot be ended here.", ownDoing: false };
    case "deletion":
      return { title: "This workspace is paused", text: `Its deletion is asked for. ${STOPPED}`, lifted: "The pause ends when an owner keeps the workspace.", ownDoing: false };
    default:
      return { title: "This workspace is paused by support", text: STOPPED, lifted: "Only support ends this pause. Write to them if you do not know why.", ownDoing: false };
  }
}
