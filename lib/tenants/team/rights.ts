import { AppError } from "@/lib/core/errors";
import type { Tx } from "@/lib/platform/db";
import type { Actor } from "@/lib/audit/service";
import { mayChangeRole } from "@/lib/tenants/policy";
import { lockTenant } from "@/lib/tenants/service";
import { findMemberRow } from "@/lib/tenants/team/repo";

/**
 * Lets one change of a team happen at a time, and says which role the actor has now: somebody may have changed it since
 * the request was let in.
 * @throws AppError `not_found` for somebody who is no member any more
 */
export async function lockTeam(tx: Tx, actor: Actor): Promise<string> {
  await lockTenant(tx, actor.tenantId);
  const member = await findMemberRow(tx, actor.tenantId, actor.userId);
  if (!member) throw new AppError("not_found", "You are no member of this workspace any more; nothing was changed.");
  return member.role;
}

/** @throws AppError `scope_missing` when somebody with role `by` may not turn `from` into `to` */
export function requireMayChange(by: string, from: string | null, to: string | null): void {
  if (mayChangeRole(by, from, to)) return;
  const beyond = [from, to].find((role) => role !== null && !mayChangeRole(by, null, role));
  throw new AppError("scope_missing", beyond ? `Your role, ${by}, does not give or take the role ${beyond}: nobody hands out more than they have.` : "Your role does not allow this.");
}
