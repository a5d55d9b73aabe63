/** From an event that was signed to what follows from it. */
import { SECOND_MS } from "@/lib/core/time";
import { customerOfCharge } from "@/lib/billing/flags/fetch";
import { customerOf, type EventTask, type ReceivedEvent } from "@/lib/billing/events/event";
import { describeFailure } from "@/lib/billing/events/failure";
import { HANDLERS } from "@/lib/billing/events/handlers";
import { noteEvent, settleEvent, settleHandled, type EventStatus } from "@/lib/billing/events/repo";
import { findTenantOfCustomer } from "@/lib/billing/repo";

/** Longer than anything a handler asks, shorter than the platforms in front of us wait. */
const MOST_MS = 25 * SECOND_MS;

/**
 * Writes an event down before anything else and handles it unless it was handled before. Returns what became of it.
 * @throws what made it fail, after that was written down: Stripe, or a worker, comes with it again
 */
export async function receiveEvent(event: ReceivedEvent): Promise<EventStatus> {
  const { id, type, object, apiVersion, createdAt, payload } = event;
  const seen = await noteEvent({ id, type, objectId: object.id, customerId: customerOf(event), apiVersion, createdAt, payload });
  return seen === "handled" ? seen : handleEvent(event);
}

/** Handles an event from what Stripe has now, whatever became of it before. @throws as above */
export async function handleEvent(event: ReceivedEvent): Promise<EventStatus> {
  let tenantId: string | null = null;
  try {
    const handler = HANDLERS[event.type];
    if (!handler) return await ignore(event.id, null, "Nothing here depends on events of this type.");
    const customerId = customerOf(event) ?? (event.object.charge ? await customerOfCharge(event.object.charge) : null);
    if (customerId === null) return await ignore(event.id, null, "It is about no customer.");
    tenantId = await findTenantOfCustomer(customerId);
    if (tenantId === null) return await ignore(event.id, null, `The customer ${customerId} is nobody's here.`);
    if (event.object.id === null) return await ignore(event.id, tenantId, "It is about no object.");
    await withinTime(handler(taskOf(event, tenantId, event.object.id)));
    return "handled";
  } catch (error) {
    await settleEvent(event.id, { tenantId, status: "failed", outcome: null, error: describeFailure(error) });
    throw error;
  }
}

function taskOf({ id, object }: ReceivedEvent, tenantId: string, objectId: string): EventTask {
  return { tenantId, objectId, invoiceId: object.invoice, chargeId: object.charge, settle: (outcome) => (tx) => settleHandled(tx, id, tenantId, outcome) };
}

async function ignore(id: string, tenantId: string | null, outcome: string): Promise<EventStatus> {
  await settleEvent(id, { tenantId, status: "ignored", outcome, error: null });
  return "ignored";
}

/** What takes longer may still end well: then it settles the event itself, and the next delivery finds it handled. */
async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Handling it took longer than ${MOST_MS / SECOND_MS} s.`)), MOST_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
