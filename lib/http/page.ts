import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { admit, type Admission } from "@/lib/limits/admission";
import { memberAllows, type Permission } from "@/lib/tenants/policy";
import { listMemberships, type Membership } from "@/lib/tenants/service";
import { findMovedTo } from "@/lib/tenants/settings/service";
import type { UserIdentity } from "@/lib/users/service";
import { userOfSession } from "@/lib/users/sessions";
import { PATH_HEADER, QUERY_HEADER } from "@/lib/http/context";
import { movedPath } from "@/lib/http/moved-path";
import type { Session } from "@/lib/http/session";
import { currentSession } from "@/lib/http/session-cookies";

export type SignedIn = { user: UserIdentity; session: Session; memberships: Membership[] };
export type TenantPage = SignedIn & { admission: Admission; allows: (permission: Permission) => boolean };

/** The signed-in user with their workspaces, or null. One look-up a request, however many components ask. */
export const getSignedIn = cache(async (): Promise<SignedIn | null> => {
  const session = await currentSession();
  if (!session) return null;
  const [user, memberships] = await Promise.all([userOfSession(session), listMemberships(session)]);
  return user && { user, session, memberships };
});

/** The signed-in user; everybody else is sent to the sign-in page and comes back after it. */
export async function requireSignedIn(): Promise<SignedIn> {
  const signedIn = await getSignedIn();
  if (signedIn) return signedIn;
  const path = (await headers()).get(PATH_HEADER);
  redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in");
}

const admitPage = cache(async (userId: string, sessionVersion: number, sessionId: string, slug: string) => admit({ kind: "user", userId, sessionVersion, sessionId, slug }, false));
const movedTo = cache(async (userId: string, sessionVersion: number, sessionId: string, slug: string) => findMovedTo({ userId, sessionVersion, sessionId }, slug));

/**
 * Guards a page of a workspace: signed in, a member, and allowed. A workspace of somebody else and one that does not
 * exist are the same 404. An address that the workspace had before leads its members on.
 */
export async function requireTenantPage(slug: string, permission: Permission | null = null): Promise<TenantPage> {
  const signedIn = await requireSignedIn();
  const { userId, sessionVersion, sessionId } = signedIn.session;
  const answer = await admitPage(userId, sessionVersion, sessionId, slug);
  if (answer.kind === "two_factor_missing") redirect(`/account/two-factor?for=${encodeURIComponent(slug)}`);
  if (answer.kind !== "admitted") {
    // Asked for every address that is none, so that a stranger cannot tell one that was somebody's by the work it takes.
    const moved = await movedTo(userId, sessionVersion, sessionId, slug);
    if (!moved) notFound();
    const head = await headers();
    redirect(movedPath(moved, head.get(PATH_HEADER), head.get(QUERY_HEADER)));
  }
  const { admission } = answer;
  const allows = (wanted: Permission): boolean => memberAllows(admission, wanted);
  if (permission && !allows(permission)) notFound();
  return { ...signedIn, admission, allows };
}

/** Guards a page of the back office. Everybody else gets the 404 that an unknown address gets. */
export async function requireStaffPage(): Promise<SignedIn> {
  const signedIn = await requireSignedIn();
  if (!signedIn.user.isStaff) notFound();
  return signedIn;
}
