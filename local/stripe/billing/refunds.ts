import { ApiError, invalid } from "../http/error";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Metadata, Refund } from "../world/wire";
import type { World } from "../world/world";

/** Gives back a payment, or a part of it (cents; default: what is left of it). Throws ApiError when there is not so much. */
export function refundCharge(world: World, id: string, given: { amount?: number; reason?: Refund["reason"]; metadata?: Metadata }): Refund {
  const charge = requireRow(world.tables.charges, id, "charge");
  const left = charge.amount_captured - charge.amount_refunded;
  if (charge.disputed) throw new ApiError(400, { code: "charge_disputed", message: "This charge has been charged back; it cannot be refunded." });
  if (left === 0) throw new ApiError(400, { code: "charge_already_refunded", message: `Charge ${id} has already been refunded.` });
  const amount = given.amount ?? left;
  if (amount < 1 || amount > left) throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`, "amount");
  const refund = create(world, world.tables.refunds, {
    id: newId("re"), object: "refund", amount, balance_transaction: null, charge: id, created: world.now(), currency: "usd", customer: charge.customer, customer_account: null, metadata: given.metadata ?? {},
    payment_intent: charge.payment_intent, payment_method: charge.payment_method, reason: given.reason ?? null, receipt_number: null, source_transfer_reversal: null, status: "succeeded", transfer_reversal: null,
  }, "refund.created");
  update(world, world.tables.charges, id, "charge.updated", (row) => {
    row.amount_refunded += amount;
    row.refunded = row.amount_refunded === row.amount_captured;
  }, ["charge.refunded"]);
  return refund;
}
