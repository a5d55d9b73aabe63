import type Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { formatMoneyCents } from "@/lib/core/format";
import { SECOND_MS } from "@/lib/core/time";
import { stripe } from "@/lib/platform/stripe";

/**
 * Nothing is sold to somebody who owes for an earlier subscription: what it was used for would be free. An invoice that is not due yet
 * and the first one of a purchase that was given up are no debts. @throws AppError `conflict` with the amount
 */
export async function requireNothingOwed(customerId: string): Promise<void> {
  const { data } = await stripe().invoices.list({ customer: customerId, status: "open", limit: 100 });
  const owed = data.filter(isDebt).reduce((sum, { amount_remaining }) => sum + amount_remaining, 0);
  if (owed > 0) throw new AppError("conflict", `${formatMoneyCents(owed)} is unpaid from before. Pay it first: the invoice is on the billing page. Nothing was bought.`);
}

function isDebt({ amount_remaining, billing_reason, due_date }: Stripe.Invoice): boolean {
  return amount_remaining > 0 && billing_reason !== "subscription_create" && (due_date === null || due_date * SECOND_MS <= Date.now());
}
