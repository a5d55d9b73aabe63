import { withTenant } from "@/lib/platform/db";
import { stripe } from "@/lib/platform/stripe";
import { findAccount, insertCustomer } from "@/lib/billing/repo";

/** The tenant's customer at Stripe, made when there is none yet. Two at once make one, by the idempotency key. @param about who is asked first about a bill */
export async function ensureCustomer(tenantId: string, about: { name: string; email: string }): Promise<string> {
  const account = await withTenant(tenantId, (tx) => findAccount(tx, tenantId));
  if (account?.customerId) return account.customerId;
  const customer = await stripe().customers.create({ name: about.name, email: about.email, metadata: { tenant_id: tenantId } }, { idempotencyKey: `customer:${tenantId}` });
  return withTenant(tenantId, (tx) => insertCustomer(tx, tenantId, customer.id));
}
