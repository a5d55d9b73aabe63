import { ApiError } from "../http/error";
import { requireRow } from "../world/change";
import type { PaymentIntent } from "../world/wire";
import type { World } from "../world/world";
import { collect } from "./collect";

/** The customer confirms at their bank what a card asked for, or refuses. Throws ApiError when nothing is asked. */
export function confirmPayment(world: World, id: string, succeeds: boolean): PaymentIntent {
  const intent = requireRow(world.tables.payment_intents, id, "payment_intent");
  if (intent.status !== "requires_action") throw new ApiError(400, { code: "payment_intent_unexpected_state", message: `This payment is ${intent.status}; there is nothing to confirm.` });
  const invoice = world.tables.invoice_payments.all().find((row) => row.payment.payment_intent === id)?.invoice ?? "";
  const card = world.tables.payment_methods.get(intent.payment_method);
  if (!succeeds) world.hide(intent.customer ?? "", { next_payments: ["fail", ...(world.hidden(intent.customer ?? "").next_payments ?? [])] });
  collect(world, invoice, { card, offSession: false, isConfirmed: succeeds });
  return intent;
}
