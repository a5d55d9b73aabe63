import type { UserRow } from "@/lib/users/repo";

/** What the rest of the product may know of a user: nothing that signs anyone in. */
export type UserIdentity = {
  id: string; name: string; email: string; isStaff: boolean; sessionVersion: number;
  /** Whether a second factor is asked for. */
  twoFactor: boolean;
  /** False for somebody who only ever signed in by mail or elsewhere. */
  hasPassword: boolean;
};

export function toIdentity(row: UserRow): UserIdentity {
  return {
    id: row.id, name: row.name, email: row.email, isStaff: row.isStaff, sessionVersion: row.sessionVersion,
    twoFactor: row.totpEnabledAt !== null, hasPassword: row.passwordHash !== null,
  };
}
