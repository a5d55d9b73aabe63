"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { ownPath } from "@/lib/core/own-path";
import { defineAction } from "@/lib/http/action";
import { publicOrigin } from "@/lib/http/origin";
import { currentSession, endSession, rememberedSignUp, rememberSignUp, startSession } from "@/lib/http/session-cookies";
import { workspaceNameSchema } from "@/lib/tenants/schema";
import { createTenant, listMemberships } from "@/lib/tenants/service";
import { signInSchema, signUpSchema } from "@/lib/users/schema";
import { checkPassword, confirmSignUp, requestSignUp, userOfSession, type UserIdentity } from "@/lib/users/service";

export const signUpAction = defineAction(
  {
    name: "sign_up", access: { kind: "public" }, input: signUpSchema,
    limits: ({ email }, ip) => [{ policy: "sign_up", subject: ip }, { policy: "mail", subject: email }],
  },
  async (_caller, input) => {
    await rememberSignUp(await requestSignUp(input));
    return { email: input.email };
  },
);

export const signInAction = defineAction(
  {
    name: "sign_in", access: { kind: "public" }, input: signInSchema.extend({ next: z.string().max(500).optional() }),
    limits: ({ email }, ip) => [{ policy: "sign_in", subject: ip }, { policy: "sign_in_account", subject: `${email} ${ip}` }],
  },
  async (_caller, { email, password, next }) => {
    const user = await checkPassword(email, password);
    if (!user) throw new AppError("unauthorized", "This address and password do not belong together.");
    await startSession(user);
    const back = next ? ownPath(next, publicOrigin()) : null;
    if (back) redirect(back);
    const memberships = await listMemberships({ userId: user.id, sessionVersion: user.sessionVersion });
    if (memberships[0]) redirect(`/t/${memberships[0].slug}`);
    redirect(user.isStaff ? "/admin" : "/welcome");
  },
);

export const createWorkspaceAction = defineAction(
  { name: "create_workspace", access: { kind: "public" }, input: z.object({ token: z.string().max(200).optional(), password: z.string().max(200).default(""), workspace: workspaceNameSchema }),
    limits: (_input, ip) => [{ policy: "sign_in", subject: ip }] },
  async ({ ip, requestId }, { token, password, workspace }) => {
    const user = token ? await signInByLink(token, password) : await signedInUser();
    const { slug } = await createTenant({ userId: user.id, sessionVersion: user.sessionVersion, ip, requestId }, workspace);
    redirect(`/t/${slug}`);
  },
);

const signOut = defineAction({ name: "sign_out", access: { kind: "public" }, input: z.object({}) }, async () => {
  await endSession();
  redirect("/");
});

/** Ends the session of this browser. */
export async function signOutAction(form: FormData): Promise<void> {
  await signOut({ status: "idle" }, form);
}

async function signInByLink(token: string, password: string): Promise<UserIdentity> {
  const user = await confirmSignUp(token, { signUpId: await rememberedSignUp(), password });
  await startSession(user);
  return user;
}

async function signedInUser(): Promise<UserIdentity> {
  const session = await currentSession();
  const user = session && (await userOfSession(session));
  if (!user) throw new AppError("unauthorized", "Your session has ended. Sign in again.");
  return user;
}
