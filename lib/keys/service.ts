import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { recordAudit, type Actor } from "@/lib/audit/service";
import type { Permission } from "@/lib/tenants/policy";
import { clearDirectory } from "@/lib/keys/directory";
import { findKeyRow, insertKeyRow, listKeyRows, revokeKeyRow } from "@/lib/keys/repo";
import { toKeyDto } from "@/lib/keys/present";
import type { CreatedKey, CreateKey, KeyDto } from "@/lib/keys/schema";
import { hashKeySecret, keyPrefix, newKeySecret } from "@/lib/keys/secret";

/** The tenant's keys, newest first, revoked ones included. */
export async function listKeys(tenantId: string, page: PageQuery): Promise<ListBody<KeyDto>> {
  return toList(await withTenant(tenantId, (tx) => listKeyRows(tx, tenantId, page)), page.limit, toKeyDto);
}

/** One key. @throws AppError `not_found` */
export async function requireKey(tenantId: string, id: string): Promise<KeyDto> {
  const row = await withTenant(tenantId, (tx) => findKeyRow(tx, tenantId, id));
  if (!row) throw new AppError("not_found", "There is no such API key in this workspace.");
  return toKeyDto(row);
}

/**
 * Creates a key. The answer carries the secret; it is shown once and cannot be had again.
 * @param allows what the creator may do: nobody hands out more than they have
 * @throws AppError `scope_missing`
 */
export async function createKey(actor: Actor, allows: (permission: Permission) => boolean, input: CreateKey): Promise<CreatedKey> {
  const beyond = input.scopes.find((scope) => !allows(scope));
  if (beyond) throw new AppError("scope_missing", `You cannot give a key the scope \`${beyond}\`, because you do not have it.`, { param: "scopes" });
  const secret = newKeySecret();
  const hash = new Uint8Array(Buffer.from(await hashKeySecret(secret), "hex"));
  const { tenantId, userId } = actor;
  const row = await withTenant(tenantId, async (tx) => {
    const created = await insertKeyRow(tx, { id: newId("key"), tenantId, name: input.name, hash, prefix: keyPrefix(secret), scopes: [...new Set(input.scopes)], createdBy: userId });
    await recordAudit(tx, actor, { action: "api_key.created", targetType: "api_key", targetId: created.id, after: { name: created.name, scopes: created.scopes } });
    return created;
  });
  return { ...toKeyDto(row), secret };
}

/** Revokes a key: it stops working now; runs that it started go on. Revoking twice is no error. @throws AppError `not_found` */
export async function revokeKey(actor: Actor, id: string): Promise<KeyDto> {
  const { tenantId } = actor;
  const row = await withTenant(tenantId, async (tx) => {
    if (await revokeKeyRow(tx, tenantId, id, new Date())) {
      await recordAudit(tx, actor, { action: "api_key.revoked", targetType: "api_key", targetId: id });
    }
    return findKeyRow(tx, tenantId, id);
  });
  if (!row) throw new AppError("not_found", "There is no such API key in this workspace.");
  // PostgreSQL refuses the key from here on; the edge may count it under its old limits for another minute.
  clearDirectory([Buffer.from(row.hash).toString("hex")]).catch((error: unknown) => log().warn({ err: error, tenant_id: tenantId }, "key directory was not cleared"));
  return toKeyDto(row);
}
