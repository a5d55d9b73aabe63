/** What an invoice would be: the real thing is done, looked at, and taken back. */
import { ApiError } from "../http/error";
import { requireRow } from "../world/change";
import { newId } from "../world/ids";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { cancelSubscription } from "./cancel";
import { changeSubscription, type SubscriptionChange } from "./change-subscription";
import { addUp } from "./invoices";
import { renew } from "./renew";
import { advance, readPhases, requireRunning, type PhaseParam } from "./schedules";
import { subscribe, type NewSubscription } from "./subscribe";
import { isOver, periodOf } from "./subscription-state";

export interface PreviewRequest {
  subscription?: string;
  change: SubscriptionChange;
  cancel_now?: boolean;
  /** Instead of a subscription: its schedule, with the phases that it is to have. */
  schedule?: { id: string; phases?: PhaseParam[] };
  /** For a subscription that does not exist yet. */
  fresh?: NewSubscription;
  automatic_tax?: boolean;
}

export function previewInvoice(world: World, asked: PreviewRequest): Invoice {
  const invoice = world.rehearse(() => {
    const made = asked.schedule ? ofSchedule(world, asked.schedule.id, asked.schedule.phases) : asked.subscription ? ofChange(world, asked.subscription, asked) : asked.fresh ? subscribe(world, asked.fresh).invoice : null;
    if (!made) throw nothingComes();
    if (asked.automatic_tax !== undefined) {
      made.automatic_tax.enabled = asked.automatic_tax;
      addUp(world, made);
    }
    return made;
  });
  const id = `upcoming_${newId("in")}`;
  const lines = invoice.lines.data.map((line) => ({ ...line, id: newId("il_tmp"), invoice: id }));
  return { ...invoice, id, lines: { ...invoice.lines, data: lines, url: `/v1/invoices/upcoming/lines` }, next_payment_attempt: invoice.automatically_finalizes_at };
}

function ofChange(world: World, id: string, { change, cancel_now: cancels }: PreviewRequest): Invoice | null {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  if (isOver(subscription)) throw nothingComes();
  if (cancels) {
    const before = new Set(world.tables.invoices.all().map((row) => row.id));
    cancelSubscription(world, id, { reason: "cancellation_requested", invoice_now: true, prorate: change.proration_behavior !== "none" });
    return world.tables.invoices.all().find((row) => !before.has(row.id)) ?? null;
  }
  const changes = Object.values(change).some((value) => value !== undefined);
  const made = changes ? changeSubscription(world, id, change, true).invoice : null;
  return made ?? next(world, subscription);
}

/** The invoice at the end of the period, which the next phase bills where one begins then. */
function ofSchedule(world: World, id: string, phases: PhaseParam[] | undefined): Invoice | null {
  const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
  requireRunning(schedule);
  if (phases) world.tables.schedules.edit(id, (row) => (row.phases = readPhases(world, schedule, phases)));
  const subscription = requireRow(world.tables.subscriptions, schedule.subscription ?? "", "subscription");
  const { end } = periodOf(subscription);
  const phaseEnd = schedule.phases.find((phase) => phase.start_date === schedule.current_phase?.start_date)?.end_date;
  if (phaseEnd !== undefined && phaseEnd <= end) world.as(Math.max(end, world.now()), () => advance(world, id));
  return isOver(subscription) ? null : next(world, subscription);
}

/** The invoice at the end of the period. */
function next(world: World, subscription: Subscription): Invoice | null {
  const { end } = periodOf(subscription);
  if (subscription.cancel_at !== null && subscription.cancel_at <= end) return null;
  return world.as(Math.max(end, world.now()), () => renew(world, subscription.id));
}

function nothingComes(): ApiError {
  return new ApiError(404, { code: "invoice_upcoming_none", message: "No upcoming invoices for customer" });
}
