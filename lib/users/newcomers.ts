import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/platform/db";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { hashPassword } from "@/lib/users/password";
import { requireStrongPassword } from "@/lib/users/password-strength";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import { findUserByEmail, insertUserRow } from "@/lib/users/repo";

/** Somebody without an account whose mailbox a mailed token has proved. */
export type PreparedNewcomer = { email: string; name: string; passwordHash: string };

/** True when the address has an account. Only for whoever has proved that the address is theirs. */
export async function hasAccount(email: string): Promise<boolean> {
  return (await findUserByEmail(email)) !== null;
}

/** Checks and hashes the chosen password, which takes too long for a transaction. @throws AppError `invalid_field` for one that is easy to guess */
export async function prepareNewcomer({ email, name, password }: { email: string; name: string; password: string }): Promise<PreparedNewcomer> {
  requireStrongPassword(password, [name, email]);
  return { email, name, passwordHash: await hashPassword(password) };
}

/** Makes the account, its address confirmed; null when the address has one by now. */
export async function addNewcomer(tx: Tx, prepared: PreparedNewcomer, origin: Origin): Promise<UserIdentity | null> {
  const row = await insertUserRow(tx, { id: newId("usr"), ...prepared });
  if (!row) return null;
  await recordAccountEvent(tx, row.id, origin, "account.created");
  return toIdentity(row);
}
