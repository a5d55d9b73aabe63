import type { Tx } from "@/lib/platform/db";

/** Takes the trial of a mailbox for the tenant of the transaction. Asking again for the same two is no second one. */
export async function claimTrialRow(tx: Tx, tenantId: string, mailboxHash: Buffer): Promise<"claimed" | "address_used" | "tenant_used"> {
  const rows = await tx.$queryRaw<{ outcome: "claimed" | "address_used" | "tenant_used" }[]>`SELECT claim_trial(${tenantId}, ${mailboxHash}) AS outcome`;
  return rows[0]?.outcome ?? "tenant_used";
}

/** Whether the claim would be refused for these two. */
export async function isTrialTaken(tx: Tx, tenantId: string, mailboxHash: Buffer): Promise<boolean> {
  const rows = await tx.$queryRaw<{ taken: boolean }[]>`SELECT trial_taken(${tenantId}, ${mailboxHash}) AS taken`;
  return rows[0]?.taken ?? true;
}

/** Whether a trial of this tenant has begun, ever: the mail about it is written once and kept. */
export async function hasTrialBegun(tx: Tx, tenantId: string): Promise<boolean> {
  return (await tx.billingMail.findFirst({ where: { tenantId, kind: "trial_started" }, select: { id: true } })) !== null;
}
