"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { signInBrowser } from "@/lib/http/sign-in";
import { requestLink } from "@/lib/users/links/service";
import { resetPassword } from "@/lib/users/password-change";
import { emailSchema, linkTokenSchema, newPasswordSchema } from "@/lib/users/schema";

export const requestPasswordResetAction = defineAction(
  {
    name: "request_password_reset", access: { kind: "public" }, input: z.object({ email: emailSchema }),
    limits: ({ email }, { ip }) => [{ policy: "link", subject: ip }, { policy: "mail", subject: email }],
  },
  async (_caller, { email }) => {
    await requestLink(email, "reset_password");
    return { email };
  },
);

export const resetPasswordAction = defineAction(
  {
    name: "reset_password", access: { kind: "public" }, input: z.object({ token: linkTokenSchema, password: newPasswordSchema }),
    limits: (_input, { ip }) => [{ policy: "link", subject: ip }],
  },
  async (caller, { token, password }) => {
    redirect(await signInBrowser(await resetPassword(token, password, caller), "link", caller, null));
  },
);
