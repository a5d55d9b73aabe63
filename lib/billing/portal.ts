import { stripe } from "@/lib/platform/stripe";
import { withTenant } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { ensureCustomer } from "@/lib/billing/account/customer";
import { readCatalogue } from "@/lib/billing/catalogue";
import { toReadError } from "@/lib/billing/stripe-errors";
import type { Buyer } from "@/lib/billing/trial";
import { billingUrl } from "@/lib/billing/urls";

/** What of the portal is opened: all of it, or the way to another card, which leads straight back. */
export type PortalPart = "all" | "payment_method";

/**
 * Opens the customer's pages at Stripe: payment method, address, tax id, invoices. Plans are not changed there.
 * @returns the page's address, good for a few minutes and once
 * @throws AppError `unavailable` while Stripe is away
 */
export async function openPortal(actor: Actor, buyer: Buyer & { slug: string }, part: PortalPart): Promise<string> {
  const { tenantId } = actor;
  const back = billingUrl(buyer.slug, "portal");
  try {
    const { portalId } = await readCatalogue();
    const customer = await ensureCustomer(tenantId, { name: buyer.workspace, email: buyer.email });
    // A session changes nothing, and each of two clicks needs one that still works: no idempotency key.
    const session = await stripe().billingPortal.sessions.create({
      customer, return_url: back, ...(portalId ? { configuration: portalId } : {}),
      ...(part === "payment_method" ? { flow_data: { type: "payment_method_update", after_completion: { type: "redirect", redirect: { return_url: back } } } } : {}),
    });
    await withTenant(tenantId, (tx) => recordAudit(tx, actor, { action: "billing.portal_opened", targetType: "tenant", targetId: tenantId, after: { part } }));
    return session.url;
  } catch (error) {
    throw toReadError(error);
  }
}
