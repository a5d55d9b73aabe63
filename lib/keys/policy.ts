import type { Permission } from "@/lib/tenants/policy";

type OwnLimits = { expiresAt: Date | null; allowedCidrs: readonly string[]; requestsPerMinute: number | null; monthlyCapMs: bigint | null };

/** A key with limits of its own must not make or edit keys: it would only have to make one without them. */
export function isLimited(key: OwnLimits): boolean {
  return key.expiresAt !== null || key.allowedCidrs.length > 0 || key.requestsPerMinute !== null || key.monthlyCapMs !== null;
}

/** The first scope that the caller does not have: nobody hands out, or gets a secret for, more than they may do. */
export function scopeBeyond<S extends string>(scopes: readonly S[], allows: (permission: Permission) => boolean): S | undefined {
  // A stored scope that the table no longer knows is allowed to nobody.
  return scopes.find((scope) => !allows(scope as string as Permission));
}
