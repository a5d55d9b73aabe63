/** What happens by itself: found by its moment, done at its moment, one thing after the other. */
import { DAY, HOUR } from "../world/calendar";
import { update } from "../world/change";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { collect, settled, subscriptionOf } from "./collect";
import { finalizeInvoice } from "./finalize";
import { dropPending } from "./pending-update";
import { endAsAsked, endTrial, renew } from "./renew";
import { advance } from "./schedules";
import { endSubscription, isOver, periodOf } from "./subscription-state";
import { voidInvoice } from "./void-invoice";

const TRIAL_NOTICE = 3 * DAY;
const FIRST_PAYMENT_LIMIT = 23 * HOUR;

interface Due {
  at: number;
  /** At the same moment the lower one goes first: a new phase before the renewal that bills it. */
  rank: number;
  run: () => void;
}

/** Does everything that has become due by now. Each thing is a transaction of its own, at its own moment. */
export function runDue(world: World): void {
  // More rounds than a world that was moved years back can need.
  for (let round = 0; round < 100_000; round++) {
    const next = findNext(world);
    if (!next) return;
    world.as(next.at, () => world.transact(next.run));
  }
  throw new Error("due things do not come to an end");
}

function findNext(world: World): Due | null {
  const now = world.present();
  let first: Due | null = null;
  const offer = (at: number | null | undefined, rank: number, run: () => void): void => {
    if (at === null || at === undefined || at > now) return;
    if (!first || at < first.at || (at === first.at && rank < first.rank)) first = { at, rank, run };
  };
  for (const schedule of world.tables.schedules.all()) {
    if (schedule.status === "active") offer(schedule.current_phase?.end_date, 0, () => advance(world, schedule.id));
  }
  for (const row of world.tables.subscriptions.all()) if (!isOver(row)) offerSubscription(world, row, offer);
  for (const row of world.tables.invoices.all()) if (row.status === "draft" || row.status === "open") offerInvoice(world, row, offer);
  for (const row of world.tables.checkout_sessions.all()) {
    if (row.status === "open") offer(row.expires_at, 9, () => update(world, world.tables.checkout_sessions, row.id, null, (each) => Object.assign(each, { status: "expired", url: null }), ["checkout.session.expired"]));
  }
  return first;
}

type Offer = (at: number | null | undefined, rank: number, run: () => void) => void;

function offerSubscription(world: World, row: Subscription, offer: Offer): void {
  const { end } = periodOf(row);
  if (row.status === "incomplete") {
    offer(row.created + FIRST_PAYMENT_LIMIT, 1, () => expireIncomplete(world, row));
    return;
  }
  offer(row.cancel_at, 1, () => endAsAsked(world, row.id));
  if (row.pending_update) offer(row.pending_update.expires_at, 1, () => dropPending(world, row.id, ["customer.subscription.pending_update_expired"]));
  if (row.status === "trialing") {
    const noticeAt = Math.max((row.trial_end ?? end) - TRIAL_NOTICE, row.trial_start ?? 0);
    if (!world.hidden(row.id).trial_will_end_sent) {
      offer(noticeAt, 2, () => {
        world.hide(row.id, { trial_will_end_sent: true });
        world.record("customer.subscription.trial_will_end", row);
      });
    }
    offer(row.trial_end, 3, () => endTrial(world, row.id));
  } else if (row.status !== "paused") offer(end, 4, () => renew(world, row.id));
}

function offerInvoice(world: World, row: Invoice, offer: Offer): void {
  if (row.status === "draft") {
    if (row.auto_advance) offer(row.automatically_finalizes_at, 5, () => finalizeAndCollect(world, row.id));
    return;
  }
  if (row.next_payment_attempt !== null && row.collection_method === "charge_automatically") {
    const subscription = subscriptionOf(world, row);
    if (!subscription || !isOver(subscription)) offer(row.next_payment_attempt, 6, () => collect(world, row.id, { offSession: true }));
  }
  if (row.collection_method === "send_invoice" && row.due_date !== null && !row.attempted) {
    offer(row.due_date, 7, () => {
      update(world, world.tables.invoices, row.id, "invoice.updated", (each) => (each.attempted = true), ["invoice.overdue"]);
      const subscription = subscriptionOf(world, row);
      if (subscription?.status === "active") update(world, world.tables.subscriptions, subscription.id, "customer.subscription.updated", (each) => (each.status = "past_due"));
    });
  }
}

/** Closes a draft and tries to get it paid, as happens an hour after it was made. */
export function finalizeAndCollect(world: World, id: string): void {
  const invoice = finalizeInvoice(world, id);
  if (invoice.status === "paid") settled(world, invoice);
  else if (invoice.status === "open" && invoice.collection_method === "charge_automatically") collect(world, id, { offSession: true });
}

function expireIncomplete(world: World, row: Subscription): void {
  if (world.tables.invoices.get(row.latest_invoice)?.status === "open") voidInvoice(world, row.latest_invoice ?? "");
  endSubscription(world, row.id, { reason: null, status: "incomplete_expired" });
}

