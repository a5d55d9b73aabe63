"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { defineAction } from "@/lib/http/action";
import { forgetPendingSignIn, giveSession, pendingSignIn } from "@/lib/http/session-cookies";
import { landingOf } from "@/lib/http/sign-in";
import { secondFactorSchema } from "@/lib/users/schema";
import { signInWithSecondFactor } from "@/lib/users/two-factor/service";

export const secondFactorAction = defineAction(
  { name: "second_factor", access: { kind: "public" }, input: z.object({ code: secondFactorSchema }), limits: (_input, { ip }) => [{ policy: "sign_in", subject: ip }] },
  async (caller, { code }) => {
    const pending = await pendingSignIn();
    if (!pending) throw new AppError("unauthorized", "This took too long. Sign in again.");
    const { user, session } = await signInWithSecondFactor(pending, code, caller);
    await giveSession(session);
    await forgetPendingSignIn();
    redirect(await landingOf(user, session, pending.next));
  },
);
