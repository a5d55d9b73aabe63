"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { currentSession, takeSession } from "@/lib/http/session-cookies";
import { signInBrowser } from "@/lib/http/sign-in";
import { acceptInvitation, joinWithNewAccount } from "@/lib/tenants/joining";
import { newcomerSchema } from "@/lib/tenants/schema";
import { signOut } from "@/lib/users/sessions";

const tokenInput = z.object({ token: z.string().max(200) });

export const acceptInvitationAction = defineAction(
  { name: "accept_invitation", access: { kind: "user" }, input: tokenInput },
  async (caller, { token }) => {
    const slug = await acceptInvitation(token, caller.user, caller);
    redirect(`/t/${slug}`);
  },
);

export const joinWithNewAccountAction = defineAction(
  {
    name: "join_with_new_account", access: { kind: "public" }, input: tokenInput.extend(newcomerSchema.shape),
    limits: (_input, { ip }) => [{ policy: "sign_up", subject: ip }],
  },
  async (caller, { token, name, password }) => {
    const { slug, user } = await joinWithNewAccount(token, { name, password }, caller);
    redirect(await signInBrowser(user, "invitation", caller, `/t/${slug}`));
  },
);

/** Signs out and comes back, for an invitation that was mailed to another address. */
export const changeAccountAction = defineAction({ name: "change_account", access: { kind: "public" }, input: tokenInput }, async (caller, { token }) => {
  const session = await currentSession();
  if (session) await signOut(session, caller);
  await takeSession();
  redirect(`/invite?token=${encodeURIComponent(token)}`);
});
