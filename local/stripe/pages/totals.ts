import type { Invoice } from "../world/wire";

/** What stands between the lines and what is due, without what is nothing. */
export function totals(invoice: Invoice): [string, number][] {
  const discount = (invoice.total_discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0);
  const tax = (invoice.total_taxes ?? []).reduce((sum, each) => sum + each.amount, 0);
  const all: [string, number][] = [["Subtotal", invoice.subtotal], ["Discount", -discount], ["Tax", tax], ["Total", invoice.total], ["Account balance", invoice.amount_due - invoice.total]];
  return all.filter(([words, amount]) => amount !== 0 || words === "Total");
}
