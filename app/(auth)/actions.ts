"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { planChoiceSchema } from "@/lib/billing/schema";
import { sellsPlans } from "@/lib/billing/service";
import { defineAction } from "@/lib/http/action";
import { currentSession, giveSession, rememberedSignUp, rememberSignUp, rememberWantedPlan, takeSession, wantedPlan } from "@/lib/http/session-cookies";
import { signInBrowser } from "@/lib/http/sign-in";
import { limitedAddress } from "@/lib/limits/subject";
import { workspaceNameSchema } from "@/lib/tenants/schema";
import { createTenant } from "@/lib/tenants/service";
import { signInSchema, signUpSchema } from "@/lib/users/schema";
import type { Origin } from "@/lib/users/events";
import { confirmSignUp, requestSignUp } from "@/lib/users/service";
import { signOut, userOfSession, type SessionRef } from "@/lib/users/sessions";
import { requirePassword } from "@/lib/users/sign-in";

export const signUpAction = defineAction(
  {
    name: "sign_up", access: { kind: "public" }, input: signUpSchema.extend(planChoiceSchema.partial().shape),
    limits: ({ email }, { ip }) => [{ policy: "sign_up", subject: ip }, { policy: "mail", subject: email }],
  },
  async (_caller, { plan, ...input }) => {
    await rememberSignUp(await requestSignUp(input));
    await rememberWantedPlan(plan ?? null);
    return { email: input.email };
  },
);

export const signInAction = defineAction(
  {
    name: "sign_in", access: { kind: "public" }, input: signInSchema.extend({ next: z.string().max(500).optional() }),
    limits: ({ email }, { ip }) => [{ policy: "sign_in", subject: ip }, { policy: "sign_in_account", subject: `${email} ${limitedAddress(ip)}` }],
  },
  async (caller, { email, password, next }) => {
    redirect(await signInBrowser(await requirePassword(email, password, caller), "password", caller, next ?? null));
  },
);

export const createWorkspaceAction = defineAction(
  { name: "create_workspace", access: { kind: "public" }, input: z.object({ token: z.string().max(200).optional(), password: z.string().max(200).default(""), workspace: workspaceNameSchema }),
    limits: (_input, { ip }) => [{ policy: "sign_in", subject: ip }] },
  async (caller, { token, password, workspace }) => {
    const session = token ? await signInByLink(token, password, caller) : await standingSession();
    const { slug } = await createTenant({ ...session, ip: caller.ip, requestId: caller.requestId }, workspace);
    const wanted = planChoiceSchema.safeParse({ plan: await wantedPlan() });
    if (!wanted.success || !sellsPlans()) redirect(`/t/${slug}`);
    await rememberWantedPlan(null);
    redirect(`/t/${slug}/billing/plans?plan=${wanted.data.plan}`);
  },
);

const leave = defineAction({ name: "sign_out", access: { kind: "public" }, input: z.object({}) }, async (caller) => {
  const session = await currentSession();
  if (session) await signOut(session, caller);
  await takeSession();
  redirect("/");
});

/** Ends the session of this browser. */
export async function signOutAction(form: FormData): Promise<void> {
  await leave({ status: "idle" }, form);
}

async function signInByLink(token: string, password: string, origin: Origin): Promise<SessionRef> {
  const session = await confirmSignUp(token, { signUpId: await rememberedSignUp(), password }, origin);
  await giveSession(session);
  return session;
}

async function standingSession(): Promise<SessionRef> {
  const session = await currentSession();
  if (!session || !(await userOfSession(session))) throw new AppError("unauthorized", "Your session has ended. Sign in again.");
  return session;
}
