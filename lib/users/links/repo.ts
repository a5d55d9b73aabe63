import type { MailedLink } from "@/prisma/generated/client";
import { db, type Tx } from "@/lib/platform/db";

export type LinkRow = MailedLink;
type Hash = Uint8Array<ArrayBuffer>;

export async function insertLinkRow(tx: Tx, row: { id: string; email: string; purpose: string; expiresAt: Date }): Promise<void> {
  await tx.mailedLink.createMany({ data: [row] });
}

export function findLinkRow(id: string): Promise<LinkRow | null> {
  return db().mailedLink.findUnique({ where: { id } });
}

/** Stores the hash of a freshly mailed token; the one of an earlier delivery stops working. */
export async function setLinkToken(id: string, tokenHash: Hash): Promise<void> {
  await db().mailedLink.update({ where: { id }, data: { tokenHash } });
}

/** The link with this token for one of these purposes, or null when it is unknown, used or expired. */
export function findOpenLink(tokenHash: Hash, purposes: readonly string[], now: Date): Promise<LinkRow | null> {
  return db().mailedLink.findFirst({ where: { tokenHash, purpose: { in: [...purposes] }, usedAt: null, expiresAt: { gt: now } } });
}

/** Uses up every open link of this address and these purposes, the one with `id` among them; false when that one was used already or has expired. */
export async function useUpLinks(tx: Tx, link: { id: string; email: string }, purposes: readonly string[], now: Date): Promise<boolean> {
  const { count } = await tx.mailedLink.updateMany({ where: { id: link.id, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
  if (count === 0) return false;
  await tx.mailedLink.updateMany({ where: { email: link.email, purpose: { in: [...purposes] }, usedAt: null }, data: { usedAt: now } });
  return true;
}

/** Uses up every open link of an address. */
export async function endLinks(tx: Tx, email: string, now: Date): Promise<void> {
  await tx.mailedLink.updateMany({ where: { email, usedAt: null }, data: { usedAt: now } });
}

export async function deleteEndedLinks(before: Date): Promise<number> {
  const { count } = await db().mailedLink.deleteMany({ where: { expiresAt: { lt: before } } });
  return count;
}
