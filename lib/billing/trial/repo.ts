import type { Tx } from "@/lib/platform/db";

/** Takes the trial of a mailbox for the tenant of the transaction. Asking again for the same two is no second one. */
export async function claimTrialRow(tx: Tx, tenantId: string, mailboxHash: Buffer): Promise<"claimed" | "address_used" | "tenant_used"> {
  const rows = await tx.$queryRaw<{ outcome: "claimed" | "address_used" | "tenant_used" }[]>`SELECT claim_trial(${tenantId}, ${mailboxHash}) AS outcome`;
  return rows[0]?.outcome ?? "tenant_used";
}
