import { requireRow, update } from "../world/change";
import type { Invoice } from "../world/wire";
import type { World } from "../world/world";
import { addBalance } from "./balance";
import { cancelIntent } from "./intents";
import { intentOf, paymentOf } from "./payment";

/** Nobody pays an open invoice any more: its payment is canceled, and what it took of the customer's balance comes back. */
export function voidInvoice(world: World, id: string): Invoice {
  const invoice = requireRow(world.tables.invoices, id, "invoice");
  const intent = intentOf(world, id);
  if (intent) cancelIntent(world, intent.id);
  const payment = paymentOf(world, id);
  if (payment) update(world, world.tables.invoice_payments, payment.id, null, (row) => Object.assign(row, { status: "canceled", status_transitions: { canceled_at: world.now(), paid_at: null } }));
  const applied = world.tables.balance_transactions.filter((row) => row.invoice === id).reduce((sum, row) => sum + row.amount, 0);
  if (applied !== 0 && invoice.customer) addBalance(world, invoice.customer, { amount: -applied, type: "unapplied_from_invoice", invoice: id });
  return update(world, world.tables.invoices, id, "invoice.updated", (row) => {
    Object.assign(row, { status: "void", auto_advance: false, next_payment_attempt: null });
    row.status_transitions.voided_at = world.now();
  }, ["invoice.voided"]);
}
