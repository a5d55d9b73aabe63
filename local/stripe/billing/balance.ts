import { requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { BalanceTransaction, Metadata } from "../world/wire";
import type { World } from "../world/world";

/** Adds to what a customer owes (cents; negative is credit) and writes the transaction down. */
export function addBalance(world: World, customer: string, given: { amount: number; type: BalanceTransaction["type"]; invoice?: string; credit_note?: string; description?: string | null; metadata?: Metadata }): BalanceTransaction {
  const before = requireRow(world.tables.customers, customer, "customer").balance;
  const row: BalanceTransaction = {
    id: newId("cbtxn"), object: "customer_balance_transaction", amount: given.amount, checkout_session: null, created: world.now(), credit_note: given.credit_note ?? null, currency: "usd", customer,
    customer_account: null, description: given.description ?? null, ending_balance: before + given.amount, invoice: given.invoice ?? null, livemode: false, metadata: given.metadata ?? {}, type: given.type,
  };
  world.tables.balance_transactions.put(row.id, row);
  update(world, world.tables.customers, customer, "customer.updated", (each) => {
    each.balance = row.ending_balance;
    each.currency ??= "usd";
  });
  return row;
}
