/** A change of a subscription that takes effect when its invoice is paid, and is thrown away when it is not. */
import { HOUR } from "../world/calendar";
import { update } from "../world/change";
import type { Subscription } from "../world/wire";
import type { World } from "../world/world";
import { periodOf } from "./subscription-state";
import { voidInvoice } from "./void-invoice";

const GOOD_FOR = 23 * HOUR;
/** What of a subscription such a change may set. */
type Wanted = Pick<Subscription, "items" | "status" | "trial_end" | "billing_cycle_anchor">;

/** The invoice that a change of the subscription waits for, or that is being paid for it at this moment. */
export function pendingInvoiceOf(world: World, subscription: string): string | undefined {
  return world.hidden(subscription).pending_update?.invoice;
}

/** Puts the subscription back to how it was `before`, and keeps what it was changed to until the invoice is paid. */
export function keepForLater(world: World, id: string, before: Subscription, invoice: string, asked: { items: boolean; trialEnd: boolean; anchor: boolean }): void {
  const ends = [periodOf(before).end, ...(before.status === "trialing" && before.trial_end !== null ? [before.trial_end] : [])];
  world.tables.subscriptions.edit(id, (row) => {
    const wanted = membersOf(row);
    world.hide(id, { pending_update: { invoice, wanted } });
    Object.assign(row, membersOf(before), { cancel_at: before.cancel_at });
    row.pending_update = {
      billing_cycle_anchor: asked.anchor ? wanted.billing_cycle_anchor : null, cancel_at_period_end: null, discount: null, discounts: null, expires_at: Math.min(world.now() + GOOD_FOR, ...ends), metadata: null,
      subscription_items: asked.items ? wanted.items.data : null, trial_end: asked.trialEnd ? wanted.trial_end : null, trial_from_plan: null,
    };
  });
}

/** The invoice was paid: what waited for it takes effect. Nothing where nothing waits for this one. */
export function applyPending(world: World, id: string, invoice: string): void {
  const pending = world.hidden(id).pending_update;
  if (pending?.invoice !== invoice || !pending.wanted) return;
  const { wanted } = pending;
  world.hide(id, { pending_update: undefined });
  update(world, world.tables.subscriptions, id, "customer.subscription.updated", (row) => {
    Object.assign(row, wanted);
    if (row.cancel_at_period_end) row.cancel_at = periodOf(row).end;
    row.pending_update = null;
  }, ["customer.subscription.pending_update_applied"]);
}

/** Throws away what waits, with its invoice. Nothing where nothing waits. `also` are the events that say why. */
export function dropPending(world: World, id: string, also: string[] = []): void {
  const invoice = pendingInvoiceOf(world, id);
  if (invoice === undefined) return;
  world.hide(id, { pending_update: undefined });
  if (world.tables.invoices.get(invoice)?.status === "open") voidInvoice(world, invoice);
  update(world, world.tables.subscriptions, id, "customer.subscription.updated", (row) => (row.pending_update = null), also);
}

function membersOf(row: Subscription): Wanted {
  const { items, status, trial_end, billing_cycle_anchor } = structuredClone(row);
  return { items, status, trial_end, billing_cycle_anchor };
}
