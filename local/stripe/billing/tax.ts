import type { Invoice, Line } from "../world/wire";
import type { World } from "../world/world";
import { percentOf } from "./money";

/** Rates of consumption tax by country, in per cent. Where none stands, no tax is collected. */
const RATES: Record<string, number> = {
  AT: 20, AU: 10, BE: 21, BG: 20, CA: 5, CH: 8.1, CY: 19, CZ: 21, DE: 19, DK: 25, EE: 24, ES: 21, FI: 25.5, FR: 20, GB: 20, GR: 24, HR: 25, HU: 27, IE: 23, IT: 22, JP: 10, LT: 21, LU: 17, LV: 21, MT: 18,
  NL: 21, NO: 25, NZ: 15, PL: 23, PT: 23, RO: 21, SE: 25, SG: 9, SI: 22, SK: 23, ZA: 15,
};
type Tax = NonNullable<Line["taxes"]>[number];

/** Puts the tax of each line on an invoice whose automatic tax is on; the amounts of the lines are before tax. */
export function addTaxes(world: World, invoice: Invoice, lines: Line[]): void {
  for (const line of lines) line.taxes = [];
  invoice.total_taxes = [];
  if (!invoice.automatic_tax.enabled) return;
  const customer = world.tables.customers.get(invoice.customer);
  const country = customer?.address?.country;
  if (!country) {
    invoice.automatic_tax.status = "requires_location_inputs";
    return;
  }
  invoice.automatic_tax.status = "complete";
  const rate = RATES[country];
  const exempt = customer.tax_exempt === "exempt";
  const reverse = customer.tax_exempt === "reverse" || world.tables.tax_ids.all().some((row) => row.customer === invoice.customer && row.country === country);
  const reason: Tax["taxability_reason"] = exempt ? "customer_exempt" : rate === undefined ? "not_collecting" : reverse ? "reverse_charge" : "standard_rated";
  const total: Tax = { amount: 0, tax_behavior: "exclusive", tax_rate_details: { tax_rate: `txr_sandbox_${country.toLowerCase()}` }, taxability_reason: reason, taxable_amount: 0, type: "tax_rate_details" };
  for (const line of lines) {
    const taxable = line.amount - (line.discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0);
    const tax = { ...total, taxable_amount: taxable, amount: reason === "standard_rated" && rate !== undefined ? percentOf(taxable, rate) : 0 };
    line.taxes = [tax];
    total.amount += tax.amount;
    total.taxable_amount = (total.taxable_amount ?? 0) + taxable;
  }
  invoice.total_taxes = lines.length > 0 ? [total] : [];
}
