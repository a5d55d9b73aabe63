/** What each role may do in a tenant, and each API key by its scopes: one vocabulary for both. */
export const PERMISSIONS = [
  "agents:read", "agents:write", "tools:read", "tools:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read",
  "billing:read", "billing:write", "team:read", "team:write", "audit:read", "settings:write", "tenant:export", "tenant:delete",
  "caps:write", "tenant:pause", "webhooks:read", "webhooks:write",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ["owner", "admin", "developer", "billing", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const READ_WORK: readonly Permission[] = ["agents:read", "tools:read", "runs:read", "usage:read"];
const WORK: readonly Permission[] = [...READ_WORK, "agents:write", "tools:write", "runs:write", "keys:read", "keys:write", "webhooks:read", "webhooks:write"];

export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: PERMISSIONS,
  admin: [...WORK, "team:read", "team:write", "audit:read", "settings:write", "caps:write", "tenant:pause"],
  developer: [...WORK, "team:read"],
  billing: ["usage:read", "billing:read", "billing:write", "team:read", "caps:write"],
  viewer: [...READ_WORK, "team:read"],
};

/** True when a role of the table includes the permission; anything else includes nothing. */
export function roleAllows(role: string | null, permission: Permission): boolean {
  return isRole(role) && ROLE_PERMISSIONS[role].includes(permission);
}

/**
 * What a member may do: what their role includes, and of that, while the plan has no seat for them, only what a viewer may do and
 * reading what is paid. Paying, which makes room, is let through action by action (`withoutSeat` of `defineAction`).
 */
export function memberAllows({ role, readOnly }: { role: string | null; readOnly: boolean }, permission: Permission): boolean {
  return roleAllows(role, permission) && (!readOnly || permission === "billing:read" || roleAllows("viewer", permission));
}

/** A key may do what its scopes say, as far as its maker's role still goes. */
export function keyAllows(scopes: readonly string[], makerRole: string | null, permission: Permission): boolean {
  return scopes.includes(permission) && roleAllows(makerRole, permission);
}

/**
 * Whether somebody with role `by` may turn a member's role `from` into `to`; null stands for being no member. Nobody hands
 * out what they lack, nor takes it from somebody who has it. Leaving is a right of every member and is not asked here.
 */
export function mayChangeRole(by: string | null, from: string | null, to: string | null): boolean {
  return roleAllows(by, "team:write") && [from, to].every((role) => role === null || includesRole(by, role));
}

/** The roles that somebody with role `by` may give. */
export function rolesToGive(by: string | null): Role[] {
  return ROLES.filter((role) => mayChangeRole(by, null, role));
}

/** True when a change of the one role would leave a workspace with `owners` owners without any. */
export function losesLastOwner(from: string, to: string | null, owners: number): boolean {
  return from === "owner" && to !== "owner" && owners <= 1;
}

/** Whether an address may be invited where only these domains may; none: all may. A subdomain is another domain. */
export function isDomainAllowed(email: string, domains: readonly string[]): boolean {
  const domain = email.slice(email.lastIndexOf("@") + 1).toLowerCase();
  return domains.length === 0 || domains.some((allowed) => allowed.toLowerCase() === domain);
}

/**
 * Why an open invitation cannot be accepted; null when it can. It is as good as the right of whoever sent it, as that is
 * now: who left or lost the role lets nobody in.
 */
export function invitationFault(invitation: { email: string; role: string; expiresAt: Date }, now: { inviterRole: string | null; domains: readonly string[]; at: Date }): "expired" | "void" | null {
  if (invitation.expiresAt <= now.at) return "expired";
  return mayChangeRole(now.inviterRole, null, invitation.role) && isDomainAllowed(invitation.email, now.domains) ? null : "void";
}

/** Whether `more` people fit beside those who have a place. @param limit null: any number */
export function hasRoom(taken: number, limit: number | null, more = 1): boolean {
  return limit === null || taken + more <= limit;
}

/** True when a role of the table includes everything that another one does. */
function includesRole(by: string | null, role: string): boolean {
  return isRole(role) && ROLE_PERMISSIONS[role].every((permission) => roleAllows(by, permission));
}

function isRole(role: string | null): role is Role {
  return role !== null && (ROLES as readonly string[]).includes(role);
}
