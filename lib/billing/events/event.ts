import { z } from "zod";
import type { Tx } from "@/lib/platform/db";

/** An event as far as it is believed: what kind it is, and the ids of what it is about. What that is now, Stripe is asked. */
export type ReceivedEvent = { id: string; type: string; apiVersion: string | null; createdAt: Date; object: z.output<typeof objectSchema>; payload: string };

const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]).nullish().transform((id) => id ?? null).catch(null);
const objectSchema = z.looseObject({ id: z.string().nullable().catch(null), object: z.string().catch(""), customer: reference, charge: reference, invoice: reference });
const eventSchema = z.looseObject({ id: z.string().min(1).max(200), type: z.string().min(1).max(200), api_version: z.string().nullable().catch(null), created: z.number(), data: z.object({ object: objectSchema }) });

/** Reads an event that was signed, or that was stored. @throws ZodError when it is none */
export function readEvent(value: unknown): ReceivedEvent {
  const { id, type, api_version, created, data } = eventSchema.parse(value);
  return { id, type, apiVersion: api_version, createdAt: new Date(created * 1_000), object: data.object, payload: JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? storable(part) : part)) };
}

/** The customer that an event names; null: it names none. */
export function customerOf({ object }: ReceivedEvent): string | null {
  return object.object === "customer" ? object.id : object.customer;
}

/** PostgreSQL keeps neither null characters nor halves of a pair. */
function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** What a handler has to know. */
export type EventTask = {
  /** Whose customer it is. Found by our own table, never by what the event says of itself. */
  tenantId: string;
  /** The id of what it is about. */
  objectId: string;
  /** The invoice and the charge that it names, if any. */
  invoiceId: string | null;
  chargeId: string | null;
  /** Says in a handler's transaction that the event was handled, and what was done. */
  settle: (outcome: string) => (tx: Tx) => Promise<void>;
};

/** Fetches what an event is about and writes what it is now. The last transaction settles the event; a failure before leaves it to be handled again, which does nothing twice. */
export type EventHandler = (task: EventTask) => Promise<void>;
