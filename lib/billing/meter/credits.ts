import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { stripe } from "@/lib/platform/stripe";
import { failCredit, markCredit, takeCredits, type TakenCredit } from "@/lib/billing/meter/repo";
import { REMEMBERED_MS } from "@/lib/billing/meter/rules";
import { describeStripeError } from "@/lib/billing/meter/stripe-error";

const BATCH = 24;
/** How far back a credit is looked for. */
const MOST_TRANSACTIONS = 1_000;

/** Gives back what was corrected after it was reported: on the customer's balance, which the next invoice takes from. Returns how many. */
export async function sendCredits(): Promise<number> {
  let sent = 0;
  for (const credit of await takeCredits(BATCH)) if (await sendOne(credit)) sent += 1;
  return sent;
}

async function sendOne(credit: TakenCredit): Promise<boolean> {
  const { tenantId, id } = credit;
  try {
    const transactionId = (await findSent(credit)) ?? (await give(credit));
    await withTenant(tenantId, (tx) => markCredit(tx, tenantId, id, transactionId));
    return true;
  } catch (error) {
    const reason = describeStripeError(error);
    log().warn({ tenant_id: tenantId, billing_credit_id: id, attempts: credit.attempts, reason }, "a credit was not given");
    await withTenant(tenantId, (tx) => failCredit(tx, tenantId, id, reason));
    return false;
  }
}

async function give({ tenantId, id, customerId, cents, reason }: TakenCredit): Promise<string> {
  const { id: transactionId } = await stripe().customers.createBalanceTransaction(
    customerId, { amount: -cents, currency: "usd", description: `Correction of usage: ${reason}`.slice(0, 350), metadata: { tenant_id: tenantId, credit_id: id } }, { idempotencyKey: `credit:${id}` });
  return transactionId;
}

/** A credit that was tried before is looked for once Stripe may have forgotten its key. */
async function findSent({ id, customerId, createdAt, attempts }: TakenCredit): Promise<string | null> {
  if (attempts === 1 || Date.now() - createdAt.getTime() < REMEMBERED_MS) return null;
  const transactions = await stripe().customers.listBalanceTransactions(customerId, { limit: 100 }).autoPagingToArray({ limit: MOST_TRANSACTIONS });
  return transactions.find(({ metadata }) => metadata?.credit_id === id)?.id ?? null;
}
