import type { Actor } from "@/lib/audit/service";
import type { Principal } from "@/lib/http/authenticate";

/** Who the audit log names for a change made by this request. */
export function actorOf(context: { principal: Principal; ip: string; requestId: string }): Actor {
  const { principal, ip, requestId } = context;
  return { tenantId: principal.tenant.id, id: principal.id, userId: principal.userId, ip, requestId };
}
