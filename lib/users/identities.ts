import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import { deleteIdentityRow, findUserByEmail, findUserOfIdentity, insertIdentityRow, insertUserRow, listIdentityRows, type UserRow } from "@/lib/users/repo";
import type { Provider } from "@/lib/users/schema";

/** An account at a provider, as the provider has just vouched for it. */
export type OtherAccount = {
  provider: Provider;
  /** The provider's own id: it stays when the address and the name change there. */
  accountId: string;
  /** In lower case; null unless the provider says that it has verified this address. */
  verifiedEmail: string | null;
  /** May be empty. */
  name: string;
};

export type SignInOutcome = { kind: "user"; user: UserIdentity } | { kind: "no_verified_address" } | { kind: "connected_to_another" };
export type LinkOutcome = "linked" | "taken" | "connected_to_another";

/**
 * The user whom an account elsewhere signs in: the one it is linked to; otherwise the one with its verified address, and
 * it is linked now; otherwise a new user without a password. What the provider says later of the address changes nothing.
 * @throws AppError `conflict` when the account elsewhere was linked to somebody else at the same moment
 */
export async function userOfOtherAccount(account: OtherAccount, origin: Origin): Promise<SignInOutcome> {
  return withoutTenant(async (tx) => {
    const known = await findUserOfIdentity(tx, account.provider, account.accountId);
    if (known) return { kind: "user", user: toIdentity(known) };
    const email = account.verifiedEmail;
    // An address that nobody has verified is a claim: to believe it would open whoever's account it names.
    if (email === null) return { kind: "no_verified_address" };
    const user = await userOfAddress(tx, email, account.name, origin);
    if (await link(tx, user.id, account, origin)) return { kind: "user", user: toIdentity(user) };
    const linked = await findUserOfIdentity(tx, account.provider, account.accountId);
    if (!linked) return { kind: "connected_to_another" };
    if (linked.id !== user.id) throw new AppError("conflict", "This account was connected elsewhere at the same moment. Nothing was changed; sign in again.");
    return { kind: "user", user: toIdentity(linked) };
  });
}

/**
 * The user with a verified address, made when there is none. An account of ours exists only after its owner has confirmed
 * the address by our own mail, so that nobody can have made one for an address of somebody else and wait for them in it.
 */
async function userOfAddress(tx: Tx, email: string, name: string, origin: Origin): Promise<UserRow> {
  const made = await insertUserRow(tx, { id: newId("usr"), email, name: nameOf(name, email), passwordHash: null });
  if (made) await recordAccountEvent(tx, made.id, origin, "account.created");
  // Whoever was faster, in another callback for one, has committed: the insertion waited for it.
  const user = made ?? (await findUserByEmail(email, tx));
  if (!user?.emailVerifiedAt) throw new AppError("conflict", "There is an account with this address that cannot be used this way. Nothing was changed.");
  return user;
}

/** Links an account elsewhere to a user who is signed in and has asked for it, whatever its address. */
export async function linkIdentity(userId: string, account: OtherAccount, origin: Origin): Promise<LinkOutcome> {
  return withoutTenant(async (tx) => {
    if (await link(tx, userId, account, origin)) return "linked";
    const owner = await findUserOfIdentity(tx, account.provider, account.accountId);
    if (!owner) return "connected_to_another";
    return owner.id === userId ? "linked" : "taken";
  });
}

export type Identity = { provider: Provider; email: string; createdAt: string };

/** The accounts elsewhere that sign a user in. */
export async function listIdentities(userId: string): Promise<Identity[]> {
  const rows = await listIdentityRows(userId);
  return rows.map((row) => ({
    // The column's check constraint allows these values only.
    provider: row.provider as Provider,
    email: row.email, createdAt: row.createdAt.toISOString(),
  }));
}

/**
 * Removes a link; false when there is none. Nobody loses their account by it, with a password or without: a mailed link
 * always signs in.
 */
export async function unlinkIdentity(userId: string, provider: Provider, origin: Origin): Promise<boolean> {
  return withoutTenant(async (tx) => {
    const removed = await deleteIdentityRow(tx, userId, provider);
    if (removed) await recordAccountEvent(tx, userId, origin, "identity.unlinked", { provider });
    return removed;
  });
}

async function link(tx: Tx, userId: string, account: OtherAccount, origin: Origin): Promise<boolean> {
  const { provider, accountId, verifiedEmail } = account;
  const linked = await insertIdentityRow(tx, { provider, accountId, userId, email: verifiedEmail ?? "" });
  if (linked) await recordAccountEvent(tx, userId, origin, "identity.linked", { provider });
  return linked;
}

function nameOf(name: string, email: string): string {
  const given = name.replaceAll("\u0000", "").trim().slice(0, 80).toWellFormed().trim();
  return given || email.slice(0, email.indexOf("@")).slice(0, 80);
}
