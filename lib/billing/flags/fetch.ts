import type Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import type { Flag } from "@/lib/billing/flags/repo";

export type FetchedFlags = { customerId: string | null; invoiceId: string | null; flags: Flag[] };

/** More refunds of one charge than anybody makes. */
const MOST_REFUNDS = 100;

/** Asks Stripe for every refund of a charge. */
export async function fetchRefunds(chargeId: string): Promise<FetchedFlags> {
  const [charge, refunds] = await Promise.all([stripe().charges.retrieve(chargeId), stripe().refunds.list({ charge: chargeId, limit: MOST_REFUNDS })]);
  const invoiceId = await invoiceOf(charge);
  const flags = refunds.data.map((refund): Flag => ({
    id: refund.id, kind: "refund", invoiceId, chargeId, amountCents: refund.amount, status: refund.status ?? "pending", reason: refund.reason, createdAt: new Date(refund.created * 1_000),
  }));
  return { customerId: idOf(charge.customer), invoiceId, flags };
}

/** Asks Stripe what a dispute has come to. */
export async function fetchDispute(disputeId: string): Promise<FetchedFlags> {
  const dispute = await stripe().disputes.retrieve(disputeId, { expand: ["charge"] });
  const charge = typeof dispute.charge === "string" ? await stripe().charges.retrieve(dispute.charge) : dispute.charge;
  const invoiceId = await invoiceOf(charge);
  const flag: Flag = { id: dispute.id, kind: "dispute", invoiceId, chargeId: charge.id, amountCents: dispute.amount, status: dispute.status, reason: dispute.reason, createdAt: new Date(dispute.created * 1_000) };
  return { customerId: idOf(charge.customer), invoiceId, flags: [flag] };
}

/** Whose charge it is; null: nobody's. */
export async function customerOfCharge(chargeId: string): Promise<string | null> {
  return idOf((await stripe().charges.retrieve(chargeId)).customer);
}

/** The invoice that a charge paid; null: it paid none. */
async function invoiceOf(charge: Stripe.Charge): Promise<string | null> {
  const intent = idOf(charge.payment_intent);
  if (!intent) return null;
  const payments = await stripe().invoicePayments.list({ payment: { type: "payment_intent", payment_intent: intent }, limit: 1 });
  return idOf(payments.data[0]?.invoice);
}

function idOf(object: string | { id: string } | null | undefined): string | null {
  return (typeof object === "string" ? object : object?.id) ?? null;
}
