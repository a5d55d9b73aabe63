"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { defineAction } from "@/lib/http/action";
import { takeSession } from "@/lib/http/session-cookies";
import { requireOwnPassword } from "@/lib/users/account";
import { changePassword } from "@/lib/users/password-change";
import { newPasswordSchema, secondFactorSchema } from "@/lib/users/schema";
import { revokeSession, signOutEverywhere } from "@/lib/users/sessions";
import { disableTwoFactor, renewRecoveryCodes } from "@/lib/users/two-factor/service";

const PAGE = "/account/security";

export const changePasswordAction = defineAction(
  {
    name: "change_password", access: { kind: "user" }, input: z.object({ current_password: z.string().max(200).default(""), password: newPasswordSchema }),
    limits: (_input, { userId }) => [{ policy: "account", subject: userId ?? "" }],
  },
  async (caller, { current_password, password }) => {
    await requireOwnPassword(caller.user, current_password, caller);
    await changePassword(caller.user, password, caller.session.sessionId, caller);
    revalidatePath(PAGE);
    return {};
  },
);

export const revokeSessionAction = defineAction(
  { name: "revoke_session", access: { kind: "user" }, input: z.object({ session: z.string().max(64) }) },
  async (caller, { session }) => {
    if (!(await revokeSession(caller.user.id, session, caller))) throw new AppError("not_found", "This session has ended already.");
    revalidatePath(PAGE);
    return {};
  },
);

export const signOutEverywhereAction = defineAction({ name: "sign_out_everywhere", access: { kind: "user" }, input: z.object({}) }, async (caller) => {
  await signOutEverywhere(caller.user.id, caller);
  await takeSession();
  redirect("/sign-in");
});

export const disableTwoFactorAction = defineAction(
  { name: "disable_two_factor", access: { kind: "user" }, input: z.object({ code: secondFactorSchema }), limits: (_input, { userId }) => [{ policy: "second_factor", subject: userId ?? "" }] },
  async (caller, { code }) => {
    await disableTwoFactor(caller.user, code, caller);
    revalidatePath(PAGE);
    return {};
  },
);

export const renewRecoveryCodesAction = defineAction(
  { name: "renew_recovery_codes", access: { kind: "user" }, input: z.object({ code: secondFactorSchema }), limits: (_input, { userId }) => [{ policy: "second_factor", subject: userId ?? "" }] },
  async (caller, { code }) => ({ codes: await renewRecoveryCodes(caller.user, code, caller) }),
);
