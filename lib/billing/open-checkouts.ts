/**
 * Pages at Stripe on which a plan can be bought stay open for a day, in another tab or another member's browser. Whatever gives a workspace a
 * subscription closes them first: paid later, one would make a second subscription beside it.
 */
import { stripe } from "@/lib/platform/stripe";
import { isRefused } from "@/lib/billing/stripe-errors";

/**
 * Closes a customer's open pages. @param keyOf the idempotency key of closing one, by its id
 * @returns true when there was one: it may have been paid at this moment, so the account has to be looked at again
 */
export async function closeCheckouts(customerId: string, keyOf: (sessionId: string) => string): Promise<boolean> {
  const { data } = await stripe().checkout.sessions.list({ customer: customerId, status: "open", limit: 100 });
  for (const { id } of data) {
    try {
      await stripe().checkout.sessions.expire(id, {}, { idempotencyKey: keyOf(id) });
    } catch (error) {
      // Paid or expired since it was listed.
      if (!isRefused(error)) throw error;
    }
  }
  return data.length > 0;
}
