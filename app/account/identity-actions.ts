"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { beginHandshake } from "@/lib/http/handshake";
import { unlinkIdentity } from "@/lib/users/identities";
import { providerSchema } from "@/lib/users/schema";

export const connectIdentityAction = defineAction(
  {
    name: "connect_identity", access: { kind: "user" }, input: z.object({ provider: providerSchema }),
    limits: (_input, { ip }) => [{ policy: "sign_in_elsewhere", subject: ip }],
  },
  async ({ session }, { provider }) => redirect(await beginHandshake(provider, { kind: "link", userId: session.userId, sessionId: session.sessionId })),
);

export const disconnectIdentityAction = defineAction(
  { name: "disconnect_identity", access: { kind: "user" }, input: z.object({ provider: providerSchema }) },
  async (caller, { provider }) => {
    // One that is gone already is what was asked for.
    await unlinkIdentity(caller.user.id, provider, caller);
    revalidatePath("/account/security");
  },
);
