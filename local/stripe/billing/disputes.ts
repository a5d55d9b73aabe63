import { invalid, missing } from "../http/error";
import { DAY } from "../world/calendar";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Dispute } from "../world/wire";
import type { World } from "../world/world";
import { intentOf } from "./payment";

/** The customer tells their bank that a payment was not theirs. Throws ApiError when there is none that could be disputed. */
export function openDispute(world: World, given: { charge?: string; invoice?: string; reason?: string }): Dispute {
  const id = given.charge ?? (given.invoice ? intentOf(world, given.invoice)?.latest_charge : null) ?? "";
  const charge = world.tables.charges.get(id);
  if (!charge) throw missing("charge", id, "charge");
  if (!charge.paid || charge.disputed) throw invalid("This charge cannot be disputed.", "charge");
  update(world, world.tables.charges, id, "charge.updated", (row) => (row.disputed = true));
  return create(world, world.tables.disputes, {
    id: newId("du"), object: "dispute", amount: charge.amount, balance_transactions: [], charge: id, created: world.now(), currency: "usd", enhanced_eligibility_types: [], evidence: {},
    evidence_details: { due_by: world.now() + 9 * DAY, enhanced_eligibility: {}, has_evidence: false, past_due: false, submission_count: 0, submission_method: "manual" }, intended_submission_method: null, is_charge_refundable: false, livemode: false,
    metadata: {}, payment_intent: charge.payment_intent, reason: given.reason ?? "fraudulent", status: "needs_response",
  }, "charge.dispute.created");
}

export function closeDispute(world: World, id: string, status: "won" | "lost"): Dispute {
  const dispute = requireRow(world.tables.disputes, id, "dispute");
  if (["won", "lost"].includes(dispute.status)) throw invalid("This dispute is closed.", "dispute");
  return update(world, world.tables.disputes, id, "charge.dispute.updated", (row) => (row.status = status), ["charge.dispute.closed"]);
}
