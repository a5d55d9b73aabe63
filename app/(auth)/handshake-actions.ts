"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { beginHandshake } from "@/lib/http/handshake";
import { providerSchema } from "@/lib/users/schema";

/** Sends the browser to the provider. By an action and not by a form to next-auth: the policy that forms may lead only to ourselves stays as strict as it is. */
export const continueWithAction = defineAction(
  {
    name: "continue_with", access: { kind: "public" }, input: z.object({ provider: providerSchema, next: z.string().max(500).optional() }),
    limits: (_input, { ip }) => [{ policy: "sign_in_elsewhere", subject: ip }],
  },
  async (_caller, { provider, next }) => redirect(await beginHandshake(provider, { kind: "sign_in", next: next || null })),
);
