import type { Prisma } from "@/prisma/generated/client";
import type { Tx } from "@/lib/platform/db";

/** Appends one row to the audit log. The application's role can add rows and read them, nothing else. */
export async function insertAuditRow(tx: Tx, row: Prisma.AuditEntryUncheckedCreateInput): Promise<void> {
  await tx.auditEntry.createMany({ data: [row] });
}
