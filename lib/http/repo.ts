import type { Tx } from "@/lib/platform/db";

type KeyId = { tenantId: string; principalId: string; key: string };
type Claim = { kind: "claimed" } | { kind: "in_progress" } | { kind: "begun"; resource: string } | { kind: "other_request" } | { kind: "stored"; status: number; body: string };

/** Takes an idempotency key for this request, or says what is already under it. Two at once: one of them claims. */
export async function claimIdempotencyKey(
  tx: Tx, id: KeyId, requestHash: Uint8Array<ArrayBuffer>, ages: { replayMs: number; abandonedMs: number },
): Promise<Claim> {
  const now = Date.now();
  await tx.idempotencyKey.deleteMany({
    where: {
      ...id,
      OR: [
        { status: { not: null }, createdAt: { lt: new Date(now - ages.replayMs) } },
        // One that noted what it made is never done again.
        { status: null, body: null, createdAt: { lt: new Date(now - ages.abandonedMs) } },
        { status: null, createdAt: { lt: new Date(now - ages.replayMs) } },
      ],
    },
  });
  const { count } = await tx.idempotencyKey.createMany({ data: [{ ...id, requestHash }], skipDuplicates: true });
  if (count === 1) return { kind: "claimed" };
  const row = await tx.idempotencyKey.findUnique({ where: { tenantId_principalId_key: id } });
  if (!row) return { kind: "in_progress" };
  if (!Buffer.from(row.requestHash).equals(Buffer.from(requestHash))) return { kind: "other_request" };
  if (row.body === null) return { kind: "in_progress" };
  if (row.status === null) return { kind: "begun", resource: row.body };
  return { kind: "stored", status: row.status, body: row.body };
}

/** Notes what a request under way has made, in the transaction that makes it. */
export async function noteResource(tx: Tx, id: KeyId, resource: string): Promise<void> {
  await tx.idempotencyKey.updateMany({ where: { ...id, status: null }, data: { body: resource } });
}

/** Stores the answer for replays. */
export async function storeAnswer(tx: Tx, id: KeyId, status: number, body: string): Promise<void> {
  await tx.idempotencyKey.update({ where: { tenantId_principalId_key: id }, data: { status, body } });
}

/** Frees a key whose request failed. */
export async function forgetIdempotencyKey(tx: Tx, id: KeyId): Promise<void> {
  await tx.idempotencyKey.deleteMany({ where: id });
}
