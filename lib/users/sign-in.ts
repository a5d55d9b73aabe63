import { withoutTenant } from "@/lib/platform/db";
import type { Origin } from "@/lib/users/events";
import type { UserIdentity } from "@/lib/users/present";
import { openSession, type SessionRef, type SignInMethod } from "@/lib/users/sessions";

/** What a first factor that was right leads to: a session, or the question for the second factor. */
export type Begun = { kind: "session"; session: SessionRef } | { kind: "second_factor" };

/** Goes on after a first factor was right: opens a session unless the account has a second factor. */
export async function beginSession(user: UserIdentity, method: SignInMethod, origin: Origin): Promise<Begun> {
  if (user.twoFactor) return { kind: "second_factor" };
  return { kind: "session", session: await withoutTenant((tx) => openSession(tx, user, method, origin)) };
}
