"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { signInBrowser } from "@/lib/http/sign-in";
import { requestLink } from "@/lib/users/links/service";
import { emailSchema, linkTokenSchema } from "@/lib/users/schema";
import { requireSignInLink } from "@/lib/users/sign-in";

export const requestSignInLinkAction = defineAction(
  {
    name: "request_sign_in_link", access: { kind: "public" }, input: z.object({ email: emailSchema }),
    limits: ({ email }, { ip }) => [{ policy: "link", subject: ip }, { policy: "mail", subject: email }],
  },
  async (_caller, { email }) => {
    await requestLink(email, "sign_in");
    return { email };
  },
);

export const followSignInLinkAction = defineAction(
  { name: "follow_sign_in_link", access: { kind: "public" }, input: z.object({ token: linkTokenSchema }), limits: (_input, { ip }) => [{ policy: "link", subject: ip }] },
  async (caller, { token }) => {
    redirect(await signInBrowser(await requireSignInLink(token, caller), "link", caller, null));
  },
);
