import { ownPath } from "@/lib/core/own-path";
import { listMemberships } from "@/lib/tenants/service";
import type { Origin } from "@/lib/users/events";
import type { UserIdentity } from "@/lib/users/service";
import type { SessionRef, SignInMethod } from "@/lib/users/sessions";
import { beginSession } from "@/lib/users/sign-in";
import { publicOrigin } from "@/lib/http/origin";
import { giveSession, rememberPendingSignIn } from "@/lib/http/session-cookies";

/**
 * Signs the browser in after a first factor was right, however that was, and says where it goes: to the second factor
 * where the account has one, otherwise to `next` or to the user's first workspace. Only inside a server action or a route.
 * @param next a path of our own; anything else is ignored
 */
export async function signInBrowser(user: UserIdentity, method: SignInMethod, origin: Origin, next: string | null): Promise<string> {
  const begun = await beginSession(user, method, origin);
  if (begun.kind === "second_factor") {
    await rememberPendingSignIn({ userId: user.id, sessionVersion: user.sessionVersion, method, next });
    return "/sign-in/two-factor";
  }
  await giveSession(begun.session);
  return landingOf(user, begun.session, next);
}

/** Where somebody who has just signed in goes. */
export async function landingOf(user: UserIdentity, session: SessionRef, next: string | null): Promise<string> {
  const back = next ? ownPath(next, publicOrigin()) : null;
  if (back) return back;
  const [first] = await listMemberships(session);
  if (first) return `/t/${first.slug}`;
  return user.isStaff ? "/admin" : "/welcome";
}
