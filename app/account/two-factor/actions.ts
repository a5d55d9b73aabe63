"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { requireOwnPassword } from "@/lib/users/account";
import { secondFactorSchema } from "@/lib/users/schema";
import { beginTwoFactor, enableTwoFactor } from "@/lib/users/two-factor/service";

export const beginTwoFactorAction = defineAction(
  {
    name: "begin_two_factor", access: { kind: "user" }, input: z.object({ current_password: z.string().max(200).default("") }),
    limits: (_input, { userId }) => [{ policy: "account", subject: userId ?? "" }],
  },
  async (caller, { current_password }) => {
    await requireOwnPassword(caller.user, current_password, caller);
    await beginTwoFactor(caller.user);
    revalidatePath("/account/two-factor");
    return {};
  },
);

export const enableTwoFactorAction = defineAction(
  { name: "enable_two_factor", access: { kind: "user" }, input: z.object({ code: secondFactorSchema }), limits: (_input, { userId }) => [{ policy: "account", subject: userId ?? "" }] },
  async (caller, { code }) => ({ codes: await enableTwoFactor(caller.user, caller.session.sessionId, code, caller) }),
);
