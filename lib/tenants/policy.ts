/** What each role may do in a tenant, and each API key by its scopes: one vocabulary for both. */
export const PERMISSIONS = [
  "agents:read", "agents:write", "runs:read", "runs:write", "keys:read", "keys:write", "usage:read",
  "billing:read", "billing:write", "team:read", "team:write", "audit:read", "settings:write", "tenant:export", "tenant:delete",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ["owner", "admin", "developer", "billing", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const READ_WORK: readonly Permission[] = ["agents:read", "runs:read", "usage:read"];
const WORK: readonly Permission[] = [...READ_WORK, "agents:write", "runs:write", "keys:read", "keys:write"];

export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: PERMISSIONS,
  admin: [...WORK, "billing:read", "team:read", "team:write", "audit:read", "settings:write"],
  developer: [...WORK, "team:read"],
  billing: ["usage:read", "billing:read", "billing:write", "team:read"],
  viewer: [...READ_WORK, "team:read"],
};

/** True when a role of the table includes the permission; anything else includes nothing. */
export function roleAllows(role: string | null, permission: Permission): boolean {
  return isRole(role) && ROLE_PERMISSIONS[role].includes(permission);
}

/** A key may do what its scopes say, as far as its maker's role still goes. */
export function keyAllows(scopes: readonly string[], makerRole: string | null, permission: Permission): boolean {
  return scopes.includes(permission) && roleAllows(makerRole, permission);
}

function isRole(role: string | null): role is Role {
  return role !== null && (ROLES as readonly string[]).includes(role);
}
