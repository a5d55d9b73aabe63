/** What is owed for an earlier subscription. Pure: the page and the refusal of a purchase go by the same rule. */

/** What of an open invoice decides whether it is a debt. US cents; `dueAt` null: it is charged by itself. */
export type OpenInvoice = { remainingCents: number; reason: string | null; dueAt: Date | null };

/** All that is owed. `since`: when the oldest of it was due, and `payUrl` where that one is paid; null: nowhere that is known of. */
export type Debt = { cents: number; since: Date; payUrl: string | null; invoices: number };

/** One that is sent is owed from its day on. Of those that are charged by themselves the first one of a purchase that was given up is no debt. */
export function isDebt({ remainingCents, reason, dueAt }: OpenInvoice, now: Date): boolean {
  return remainingCents > 0 && (dueAt === null ? reason !== "subscription_create" : dueAt <= now);
}

/** What open invoices come to; null: nothing is owed. @param open the oldest first */
export function debtOf(open: (OpenInvoice & { openedAt: Date; url: string | null })[], now: Date): Debt | null {
  const owed = open.filter((invoice) => isDebt(invoice, now));
  const [oldest] = owed;
  if (!oldest) return null;
  return { cents: owed.reduce((sum, { remainingCents }) => sum + remainingCents, 0), since: oldest.dueAt ?? oldest.openedAt, payUrl: oldest.url, invoices: owed.length };
}
