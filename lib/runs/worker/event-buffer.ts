import { log } from "@/lib/platform/log";
import { appendRunEvents, type NewEvent } from "@/lib/runs/worker/repo";

const EVERY_MS = 100;

/** Collects a run's events and writes them about ten times a second. Text that streams in becomes one event a batch. */
export class EventBuffer {
  private events: NewEvent[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly runId: string,
    private readonly fence: number,
  ) {}

  add(event: NewEvent): void {
    this.events.push(event);
    this.timer ??= setTimeout(() => void this.flush(), EVERY_MS);
  }

  /** Adds streamed text of a step. */
  addText(step: number, text: string): void {
    const last = this.events.at(-1);
    // An endpoint may cut between the halves of a surrogate pair, which JSON in PostgreSQL does not take.
    if (last?.type === "output.delta" && last.data.step === step) last.data.text = `${String(last.data.text)}${text}`.toWellFormed();
    else this.add({ type: "output.delta", data: { step, text: text.toWellFormed() } });
  }

  /** Writes what has collected, after what is being written: events keep their order. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const batch = this.events;
    if (batch.length === 0) return;
    this.events = [];
    try {
      await appendRunEvents(this.runId, this.fence, batch);
    } catch (error) {
      // A listener misses some of the text while it streams; the step and the output that are stored stay whole.
      log().warn({ err: error, run_id: this.runId, events: batch.length }, "run events were not written");
    }
  }
}
