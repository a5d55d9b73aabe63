import { setTimeout as setTimeoutAsync } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";
import { log } from "@/lib/platform/log";
import { appendRunEvents, type NewEvent, type RunEvent } from "@/lib/runs/worker/repo";

const EVERY_MS = 100;
const RETRY_MS = 250;
/** For so long events are kept while the database is away; the work they tell of is kept as long. */
const MOST_ATTEMPTS = 40;
/** Batch numbers rise from worker to worker as fences do, whatever their clocks say. */
const BATCHES_A_FENCE = 2 ** 32;

/** One run's events on their way into the database. */
export type EventSink = {
  add: (event: NewEvent) => void;
  /** Adds streamed text of a step; what streams in between two writes becomes one event. */
  addText: (step: number, text: string) => void;
  /** Resolves when everything that was added is written, or will never be because the run is somebody else's. */
  flush: () => Promise<void>;
};

type Waiting = { runId: string; fence: number; events: NewEvent[]; flushed: (() => void)[] };

/**
 * Writes the events of all runs of this process together, about ten times a second. A batch that fails is sent again as
 * it was, and the database takes it once: who follows a run misses nothing of it and reads nothing twice.
 */
export class EventWriter {
  private waiting = new Map<string, Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private writing = false;
  /** Rises with every batch of this process. */
  private batches = 0;

  constructor(private readonly append: (events: RunEvent[]) => Promise<unknown> = appendRunEvents) {}

  /** Where the events of a run go that this process holds with `fence`. */
  sinkOf(runId: string, fence: number): EventSink {
    const mine = (): Waiting => this.waitingOf(runId, fence);
    return {
      add: (event) => {
        mine().events.push(event);
        this.writeIn(EVERY_MS);
      },
      addText: (step, text) => {
        const last = mine().events.at(-1);
        // An endpoint may cut between the halves of a surrogate pair, which JSON in PostgreSQL does not take.
        if (last?.type === "output.delta" && last.data.step === step) last.data.text = `${String(last.data.text)}${text}`.toWellFormed();
        else mine().events.push({ type: "output.delta", data: { step, text: text.toWellFormed() } });
        this.writeIn(EVERY_MS);
      },
      flush: () => new Promise((resolve) => {
        mine().flushed.push(resolve);
        this.writeIn(0);
      }),
    };
  }

  private waitingOf(runId: string, fence: number): Waiting {
    const key = `${runId} ${fence}`;
    const found = this.waiting.get(key) ?? { runId, fence, events: [], flushed: [] };
    this.waiting.set(key, found);
    return found;
  }

  private writeIn(ms: number): void {
    if (this.writing || (this.timer !== undefined && ms > 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.write(), ms);
  }

  private async write(): Promise<void> {
    this.timer = undefined;
    this.writing = true;
    const taken = [...this.waiting.values()];
    this.waiting = new Map();
    this.batches += 1;
    await this.store(taken.flatMap(({ runId, fence, events }) => events.map((event) => ({ ...event, runId, fence, batch: fence * BATCHES_A_FENCE + this.batches }))));
    for (const { flushed } of taken) for (const resolve of flushed) resolve();
    this.writing = false;
    const left = [...this.waiting.values()];
    if (left.length > 0) this.writeIn(left.some(({ flushed }) => flushed.length > 0) ? 0 : EVERY_MS);
  }

  /** Writes a batch, again while the database is away. What the database refuses takes nobody else's events along. */
  private async store(events: RunEvent[]): Promise<void> {
    for (let attempt = 1; events.length > 0; attempt++) {
      try {
        await this.append(events);
        return;
      } catch (error) {
        const isAway = error instanceof AppError && error.code === "unavailable";
        if (isAway && attempt < MOST_ATTEMPTS) {
          await setTimeoutAsync(RETRY_MS);
          continue;
        }
        const runs = Map.groupBy(events, (event) => event.runId);
        if (!isAway && runs.size > 1) {
          for (const ofRun of runs.values()) await this.store(ofRun);
          return;
        }
        log().warn({ err: error, run_id: events[0]?.runId, events: events.length }, "run events were not written");
        return;
      }
    }
  }
}
