import { AppError } from "@/lib/core/errors";
import { formatMoneyCents } from "@/lib/core/format";
import { SECOND_MS } from "@/lib/core/time";
import { stripe } from "@/lib/platform/stripe";
import { isDebt } from "@/lib/billing/owed";

/**
 * Nothing is sold or lent to somebody who owes for an earlier subscription: what it was used for would be free.
 * @param nothing what did not happen: `Nothing was bought.`
 * @throws AppError `conflict` with the amount
 */
export async function requireNothingOwed(customerId: string, nothing: string): Promise<void> {
  const { data } = await stripe().invoices.list({ customer: customerId, status: "open", limit: 100 });
  const now = new Date();
  const owed = data.filter(({ amount_remaining, billing_reason, due_date }) =>
    isDebt({ remainingCents: amount_remaining, reason: billing_reason, dueAt: due_date === null ? null : new Date(due_date * SECOND_MS) }, now));
  if (owed.length === 0) return;
  const cents = owed.reduce((sum, { amount_remaining }) => sum + amount_remaining, 0);
  throw new AppError("conflict", `${formatMoneyCents(cents)} is unpaid from before. Pay it first: the invoice is on the billing page. ${nothing}`);
}
