import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { MINUTE_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { checkThresholds } from "@/lib/alerts/thresholds";
import { recordAudit, type Actor } from "@/lib/audit/service";
import type { Permission } from "@/lib/tenants/policy";
import { keyDirectory } from "@/lib/keys/directory";
import { countWorkingKeyRows, findKeyRow, findMembers, findWorkingHashes, insertKeyRow, listKeyRows, replaceSecretRow, revokeKeyRow, updateKeyRow, type KeyRow } from "@/lib/keys/repo";
import { isLimited, scopeBeyond } from "@/lib/keys/policy";
import { toKeyDto } from "@/lib/keys/present";
import type { CreatedKey, CreateKey, KeyDto, UpdateKey } from "@/lib/keys/schema";
import { hashKeySecret, keyPrefix, newKeySecret } from "@/lib/keys/secret";

type Allows = (permission: Permission) => boolean;

/** The tenant's keys, newest first, revoked ones included. */
export async function listKeys(tenantId: string, page: PageQuery): Promise<ListBody<KeyDto>> {
  const { rows, makers } = await withTenant(tenantId, async (tx) => {
    const found = await listKeyRows(tx, tenantId, page);
    return { rows: found, makers: await findMembers(tx, tenantId, found.map((row) => row.createdBy)) };
  });
  return toList(rows, page.limit, (row) => toKeyDto(row, makers.has(row.createdBy)));
}

/** One key. @throws AppError `not_found` */
export async function requireKey(tenantId: string, id: string): Promise<KeyDto> {
  return withTenant(tenantId, async (tx) => present(tx, await requireRow(tx, tenantId, id)));
}

/**
 * Creates a key. The answer carries the secret; it is shown once and cannot be had again.
 * @param allows what the creator may do: nobody hands out more than they have
 * @throws AppError `scope_missing`
 */
export async function createKey(actor: Actor, allows: Allows, input: CreateKey): Promise<CreatedKey> {
  const beyond = scopeBeyond(input.scopes, allows);
  if (beyond) throw new AppError("scope_missing", `You cannot give a key the scope \`${beyond}\`, because you do not have it.`, { param: "scopes" });
  const { secret, hash } = await makeSecret();
  const { tenantId, userId } = actor;
  return withTenant(tenantId, async (tx) => {
    await requireUnlimited(tx, actor);
    const created = await insertKeyRow(tx, {
      id: newId("key"), tenantId, name: input.name, hash, prefix: keyPrefix(secret), scopes: [...new Set(input.scopes)], createdBy: userId,
      expiresAt: input.expires_at, allowedCidrs: input.allowed_cidrs, requestsPerMinute: input.requests_per_minute, monthlyCapMs: toMs(input.monthly_cap_minutes),
    });
    await recordAudit(tx, actor, { action: "api_key.created", targetType: "api_key", targetId: created.id, after: { scopes: created.scopes, ...settingsOf(created) } });
    return { ...(await present(tx, created)), secret };
  });
}

/** Changes a key's name and limits. @throws AppError `not_found`, `conflict` for a revoked key, `scope_missing` */
export async function updateKey(actor: Actor, allows: Allows, id: string, input: UpdateKey): Promise<KeyDto> {
  const { tenantId } = actor;
  const { dto, row } = await withTenant(tenantId, async (tx) => {
    await requireUnlimited(tx, actor);
    const before = await requireRow(tx, tenantId, id);
    requireScopesOf(before, allows);
    const { name, expires_at: expiresAt, allowed_cidrs: allowedCidrs, requests_per_minute: requestsPerMinute, monthly_cap_minutes: cap } = input;
    const changed = await updateKeyRow(tx, tenantId, id, {
      ...(name === undefined ? {} : { name }),
      // Another end is worth another warning.
      ...(expiresAt === undefined || expiresAt?.getTime() === before.expiresAt?.getTime() ? {} : { expiresAt, expiryWarnedAt: null }),
      ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(cap === undefined ? {} : { monthlyCapMs: toMs(cap) }),
    });
    if (!changed) throw new AppError("conflict", "This key is revoked; it cannot be changed.");
    const after = await requireRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "api_key.updated", targetType: "api_key", targetId: id, before: settingsOf(before), after: settingsOf(after) });
    // A lower cap may lie below what the key has used.
    if (after.monthlyCapMs !== before.monthlyCapMs) await checkThresholds(tx, tenantId);
    return { dto: await present(tx, after), row: after };
  });
  forget(row);
  return dto;
}

/**
 * Gives a key another secret under the same id. The one before works for the grace and then ends; one that was still
 * in an earlier grace ends now. The answer carries the secret, once.
 * @throws AppError `not_found`, `conflict`, `scope_missing`
 */
export async function rotateKey(actor: Actor, allows: Allows, id: string, graceMinutes: number): Promise<CreatedKey> {
  const { secret, hash } = await makeSecret();
  const { tenantId } = actor;
  const { dto, row } = await withTenant(tenantId, async (tx) => {
    const before = await requireRow(tx, tenantId, id);
    requireScopesOf(before, allows);
    if (actor.id !== id) await requireUnlimited(tx, actor);
    const previousExpiresAt = graceMinutes === 0 ? null : new Date(Date.now() + graceMinutes * MINUTE_MS);
    const current = new Uint8Array(before.hash);
    const next = { hash, prefix: keyPrefix(secret), previousHash: previousExpiresAt && current, previousExpiresAt };
    if (!(await replaceSecretRow(tx, tenantId, id, current, next))) throw new AppError("conflict", "This key is revoked, or was rotated at the same moment.");
    await recordAudit(tx, actor, { action: "api_key.rotated", targetType: "api_key", targetId: id, after: { grace_minutes: graceMinutes } });
    return { dto: await present(tx, await requireRow(tx, tenantId, id)), row: before };
  });
  forget(row);
  return { ...dto, secret };
}

/** Revokes a key with every secret it has: it stops working now; runs that it started go on. Revoking twice is no error. @throws AppError `not_found` */
export async function revokeKey(actor: Actor, id: string): Promise<KeyDto> {
  const { tenantId } = actor;
  const { dto, row } = await withTenant(tenantId, async (tx) => {
    if (await revokeKeyRow(tx, tenantId, id, new Date())) {
      await recordAudit(tx, actor, { action: "api_key.revoked", targetType: "api_key", targetId: id });
    }
    const after = await requireRow(tx, tenantId, id);
    return { dto: await present(tx, after), row: after };
  });
  forget(row);
  return dto;
}

/** How many working keys each member of the transaction's tenant has made; nobody without any is in it. */
export function countWorkingKeys(tx: Tx, tenantId: string): Promise<ReadonlyMap<string, number>> {
  return countWorkingKeyRows(tx, tenantId, new Date());
}

async function makeSecret(): Promise<{ secret: string; hash: Uint8Array<ArrayBuffer> }> {
  const secret = newKeySecret();
  return { secret, hash: new Uint8Array(Buffer.from(await hashKeySecret(secret), "hex")) };
}

async function requireRow(tx: Tx, tenantId: string, id: string): Promise<KeyRow> {
  const row = await findKeyRow(tx, tenantId, id);
  if (!row) throw new AppError("not_found", "There is no such API key in this workspace.");
  return row;
}

async function present(tx: Tx, row: KeyRow): Promise<KeyDto> {
  return toKeyDto(row, (await findMembers(tx, row.tenantId, [row.createdBy])).has(row.createdBy));
}

async function requireUnlimited(tx: Tx, actor: Actor): Promise<void> {
  const own = actor.id.startsWith("key_") ? await findKeyRow(tx, actor.tenantId, actor.id) : null;
  if (own && isLimited(own)) throw new AppError("scope_missing", "A key with an end, addresses or limits of its own cannot create or change keys: it could give itself one without them.");
}

function requireScopesOf(row: KeyRow, allows: Allows): void {
  const beyond = scopeBeyond(row.scopes, allows);
  if (beyond) throw new AppError("scope_missing", `This key has the scope \`${beyond}\`, which you do not have.`, { param: beyond });
}

function settingsOf(row: KeyRow): { name: string; expires_at: string | null; allowed_cidrs: string[]; requests_per_minute: number | null; monthly_cap_ms: number | null } {
  return {
    name: row.name, expires_at: row.expiresAt?.toISOString() ?? null, allowed_cidrs: row.allowedCidrs, requests_per_minute: row.requestsPerMinute,
    monthly_cap_ms: row.monthlyCapMs === null ? null : Number(row.monthlyCapMs),
  };
}

function toMs(minutes: number | null): number | null {
  return minutes === null ? null : minutes * MINUTE_MS;
}

/**
 * Makes every gate ask again for the limits of a tenant's keys: called after its plan or its override has changed, outside
 * the transaction. Without it the first request that passes does the same.
 */
export async function forgetKeysOf(tenantId: string): Promise<void> {
  const hashes = await withTenant(tenantId, (tx) => findWorkingHashes(tx, tenantId));
  await clear(hashes, tenantId);
}

/** PostgreSQL decides by what it has from here on; the gate would learn it with the next admission. */
function forget(row: KeyRow): void {
  void clear(row.previousHash ? [row.hash, row.previousHash] : [row.hash], row.tenantId);
}

function clear(hashes: Uint8Array[], tenantId: string): Promise<void> {
  return keyDirectory().clear(hashes.map((hash) => Buffer.from(hash).toString("hex"))).catch((error: unknown) => log().warn({ err: error, tenant_id: tenantId }, "key directory was not cleared"));
}
