import { explain } from "../problem";
import { warn } from "./progress";

/** One process at work. */
export type Running = {
  pid: number;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks it to leave, insists after its time, settles when it is gone. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** Running this long counts as healthy: the next crash waits the short time again. */
const HEALTHY_MS = 30_000;

/** Keeps one process running: begins it again when it leaves unasked, later and later while it keeps failing. */
export class Service {
  #running: Running | null = null;
  #launching: Promise<Running> | null = null;
  #stopping = false;
  #kept: Promise<void> | null = null;
  readonly #wake = new AbortController();

  constructor(
    readonly name: string,
    private readonly launch: () => Promise<Running>,
    private readonly tell: (line: string) => void = warn,
  ) {}

  /** The process at work at this moment; null between two. */
  get pid(): number | null {
    return this.#running?.pid ?? null;
  }

  /** Begins it. Rejects when the first attempt fails; later ones are repeated. */
  async start(): Promise<void> {
    const running = await this.#begin();
    this.#kept = this.#keep(running);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.abort();
    // One that is just being begun is waited for; whether that succeeds is not of interest any more.
    await this.#launching?.catch(() => undefined);
    await this.#running?.stop();
    await this.#kept;
  }

  kill(): void {
    this.#stopping = true;
    this.#wake.abort();
    this.#running?.kill();
  }

  async #keep(first: Running): Promise<void> {
    let running: Running | null = first;
    let waitMs = FIRST_DELAY_MS;
    while (!this.#stopping) {
      const startedAt = performance.now();
      if (running) {
        const { code, signal } = await running.exited;
        if (this.#stopping) return;
        this.tell(`${this.name} ended unasked (${signal ?? `exit code ${code}`}); starting it again`);
        if (performance.now() - startedAt > HEALTHY_MS) waitMs = FIRST_DELAY_MS;
      }
      await this.#pause(waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_DELAY_MS);
      if (this.#stopping) return;
      running = await this.#relaunch();
    }
  }

  async #relaunch(): Promise<Running | null> {
    try {
      return await this.#begin();
    } catch (error) {
      this.tell(`${this.name} could not be started again: ${explain(error)}`);
      return null;
    }
  }

  async #begin(): Promise<Running> {
    this.#launching = this.launch();
    try {
      this.#running = await this.#launching;
      return this.#running;
    } finally {
      this.#launching = null;
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#wake;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}
