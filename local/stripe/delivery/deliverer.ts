import { isOfType } from "../resources/events";
import { newId } from "../world/ids";
import type { Delivery } from "../world/tables";
import type { SandboxEvent } from "../world/wire";
import type { World } from "../world/world";
import { signBody } from "./sign";

const AT_ONCE = 4;
const PATIENCE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
const GIVE_UP_AFTER = 72 * 3_600_000;
const KEPT = 5_000;

export interface Endpoint {
  url: string;
  secret: string;
  enabledEvents: string[];
}

/** What is done wrong on purpose. */
export interface Faults {
  /** Each event is sent so many times more. */
  duplicate: number;
  delay_ms: number;
  /** What happened together is sent in the opposite order, and spread over a second. */
  reorder: boolean;
  /** The first attempts of so many events are lost, and tried again. */
  drop: number;
  /** Nothing is sent until it is released. */
  hold: boolean;
}

export const NO_FAULTS: Faults = { duplicate: 0, delay_ms: 0, reorder: false, drop: 0, hold: false };

/** Brings events to the endpoints that want them, again and again until each has answered with 2xx. */
export class Deliverer {
  faults: Faults = { ...NO_FAULTS };
  readonly #world: World;
  readonly #configured: Endpoint | null;
  #deliveries: Delivery[] = [];
  /** Those of them that are not over. */
  #open = new Set<Delivery>();
  #running = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(world: World, configured: Endpoint | null) {
    this.#world = world;
    this.#configured = configured;
  }

  accept(events: SandboxEvent[]): void {
    const inOrder = this.faults.reorder ? events.toReversed() : events;
    for (const event of inOrder) {
      for (const endpoint of this.#endpoints()) {
        if (!endpoint.enabledEvents.some((asked) => isOfType(event.type, asked))) continue;
        event.pending_webhooks++;
        for (let copy = 0; copy <= this.faults.duplicate; copy++) this.#add(event, endpoint.url);
      }
    }
    if (this.#deliveries.length > 2 * KEPT) this.#deliveries = this.#deliveries.filter((each, index, { length }) => index >= length - KEPT || this.#open.has(each));
    this.#wake();
  }

  /** Sends an event once more, to every endpoint. */
  redeliver(event: SandboxEvent): number {
    const endpoints = this.#endpoints();
    for (const endpoint of endpoints) this.#add(event, endpoint.url);
    this.#wake();
    return endpoints.length;
  }

  setFaults(change: Partial<Faults>): void {
    this.faults = { ...this.faults, ...change };
    if (!this.faults.hold) for (const each of this.#open) if (each.status === "held") each.status = "pending";
    this.#wake();
  }

  list(): Delivery[] {
    return this.#deliveries;
  }

  load(deliveries: Delivery[]): void {
    this.#deliveries = deliveries;
    this.#open = new Set(deliveries);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #add(event: SandboxEvent, url: string): void {
    const spread = this.faults.reorder ? Math.random() * 1_000 : 0;
    const delivery: Delivery = {
      id: newId("dlv", 14), event: event.id, type: event.type, url, status: this.faults.hold ? "held" : "pending", attempts: 0, next_attempt_at: Date.now() + this.faults.delay_ms + spread, last_status: null, last_error: null,
    };
    this.#deliveries.push(delivery);
    this.#open.add(delivery);
  }

  #endpoints(): Endpoint[] {
    const made = this.#world.tables.webhook_endpoints.filter((row) => row.status === "enabled").map((row) => ({ url: row.url, secret: this.#world.hidden(row.id).page?.secret ?? "", enabledEvents: row.enabled_events }));
    return this.#configured ? [this.#configured, ...made] : made;
  }

  #wake(): void {
    if (this.#closed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const now = Date.now();
    let next = Infinity;
    for (const each of this.#open) {
      if (each.status !== "pending" || each.next_attempt_at === null) continue;
      if (each.next_attempt_at > now) next = Math.min(next, each.next_attempt_at);
      else if (this.#running < AT_ONCE) void this.#attempt(each);
    }
    if (next < Infinity) this.#timer = setTimeout(() => this.#wake(), Math.max(5, next - now)).unref();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    this.#running++;
    delivery.next_attempt_at = null;
    delivery.attempts++;
    const event = this.#world.tables.events.get(delivery.event);
    const endpoint = this.#endpoints().find(({ url }) => url === delivery.url);
    try {
      if (!event || !endpoint) throw new Gone();
      if (this.faults.drop > 0) {
        this.faults.drop--;
        throw new Error("dropped on purpose");
      }
      const body = JSON.stringify(event, null, 2);
      const headers = { "content-type": "application/json; charset=utf-8", "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks; sandbox)", "stripe-signature": signBody(body, endpoint.secret, Math.floor(Date.now() / 1000)) };
      const answer = await fetch(endpoint.url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
      await answer.body?.cancel();
      delivery.last_status = answer.status;
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      delivery.status = "delivered";
      delivery.last_error = null;
      if (event.pending_webhooks > 0) event.pending_webhooks--;
    } catch (cause) {
      delivery.last_error = cause instanceof Error ? cause.message : String(cause);
      const isOver = cause instanceof Gone || (event !== undefined && Date.now() - event.created * 1000 > GIVE_UP_AFTER && delivery.attempts > 20);
      delivery.status = isOver ? "failed" : "pending";
      delivery.next_attempt_at = isOver ? null : Date.now() + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (delivery.attempts - 1));
    } finally {
      this.#running--;
      if (delivery.status === "delivered" || delivery.status === "failed") this.#open.delete(delivery);
      this.#wake();
    }
  }
}

/** There is nothing to send any more, or nobody to send it to. */
class Gone extends Error {
  override message = "the event or its endpoint is gone";
}
