import { newId } from "./ids";
import { makeTables, type Hidden, type Tables } from "./tables";
import type { SandboxEvent } from "./wire";

export const API_VERSION = "2026-10-28.endive";

/** All objects of the sandbox, its clock, and what has happened since the last commit. */
export class World {
  readonly tables: Tables;
  /** Where pages of the sandbox are. Known once it listens. */
  readonly baseUrl: () => string;
  /** Told the events of every transaction that was kept and changed something. */
  onCommit: (events: SandboxEvent[]) => void = () => undefined;
  /** The call that is being answered; its events name it. */
  request: SandboxEvent["request"] = { id: null, idempotency_key: null };
  readonly #clock: () => number;
  #undo: (() => void)[] = [];
  #events: SandboxEvent[] = [];
  #moment: number | null = null;

  constructor(options: { baseUrl: () => string; now?: () => number }) {
    this.baseUrl = options.baseUrl;
    this.#clock = options.now ?? Date.now;
    this.tables = makeTables((step) => this.#undo.push(step));
  }

  /** Unix seconds: the real present, or the moment of the due thing that is being done. */
  now(): number {
    return this.#moment ?? this.present();
  }

  present(): number {
    return Math.floor(this.#clock() / 1000);
  }

  /** Does `work` as if it were `at`. */
  as<T>(at: number, work: () => T): T {
    const before = this.#moment;
    this.#moment = at;
    try {
      return work();
    } finally {
      this.#moment = before;
    }
  }

  /** Does `work` whole or not at all; `keeps` says of an error that its changes stay. Not to be nested. */
  transact<T>(work: () => T, keeps: (cause: unknown) => boolean = () => false): T {
    this.#undo = [];
    this.#events = [];
    let kept = false;
    try {
      const result = work();
      kept = true;
      return result;
    } catch (cause) {
      kept = keeps(cause);
      throw cause;
    } finally {
      if (kept) this.#commit();
      else this.#rollBack(0, 0);
      this.#undo = [];
    }
  }

  /** Does `work`, returns what it made, and leaves no trace of it. */
  rehearse<T>(work: () => T): T {
    const steps = this.#undo.length;
    const events = this.#events.length;
    try {
      return structuredClone(work());
    } finally {
      this.#rollBack(steps, events);
    }
  }

  record(type: string, object: object, previous?: Record<string, unknown>): void {
    const event: SandboxEvent = {
      id: newId("evt"),
      object: "event",
      api_version: API_VERSION,
      created: this.now(),
      // An API object is JSON.
      data: { object: structuredClone(object) as Record<string, unknown>, ...(previous ? { previous_attributes: previous } : {}) },
      livemode: false,
      pending_webhooks: 0,
      request: { ...this.request },
      type,
    };
    this.tables.events.put(event.id, event);
    this.#events.push(event);
  }

  hidden(id: string): Hidden {
    return this.tables.hidden.get(id) ?? {};
  }

  hide(id: string, change: Hidden): void {
    this.tables.hidden.put(id, { ...this.hidden(id), ...change });
  }

  #commit(): void {
    const events = this.#events;
    const changed = this.#undo.length > 0;
    this.#events = [];
    if (changed) this.onCommit(events);
  }

  #rollBack(steps: number, events: number): void {
    for (const step of this.#undo.splice(steps).toReversed()) step();
    this.#events.splice(events);
  }
}
