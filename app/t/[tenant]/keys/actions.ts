"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createKeySchema } from "@/lib/keys/schema";
import { createKey, revokeKey } from "@/lib/keys/service";

export const createKeyAction = defineAction(
  { name: "create_key", access: { kind: "tenant", permission: "keys:write" }, input: createKeySchema },
  async ({ actor, allows, admission }, input) => {
    const key = await createKey(actor, allows, input);
    revalidatePath(`/t/${admission.tenant.slug}/keys`);
    return { name: key.name, secret: key.secret ?? "" };
  },
);

export const revokeKeyAction = defineAction(
  { name: "revoke_key", access: { kind: "tenant", permission: "keys:write" }, input: z.object({ key: z.string().max(64) }) },
  async ({ actor, admission }, { key }) => {
    await revokeKey(actor, key);
    revalidatePath(`/t/${admission.tenant.slug}/keys`);
    return {};
  },
);
