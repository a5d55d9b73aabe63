"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createKeyFormSchema, rotateKeyFormSchema, updateKeyFormSchema } from "@/lib/keys/form";
import { createKey, revokeKey, rotateKey, updateKey } from "@/lib/keys/service";

export const createKeyAction = defineAction(
  { name: "create_key", access: { kind: "tenant", permission: "keys:write" }, input: createKeyFormSchema },
  async ({ actor, allows, admission }, input) => {
    const key = await createKey(actor, allows, input);
    revalidatePath(`/t/${admission.tenant.slug}/keys`);
    return { name: key.name, secret: key.secret ?? "" };
  },
);

export const updateKeyAction = defineAction(
  { name: "update_key", access: { kind: "tenant", permission: "keys:write" }, input: updateKeyFormSchema },
  async ({ actor, allows, admission }, { key, change }) => {
    await updateKey(actor, allows, key, change);
    revalidatePath(`/t/${admission.tenant.slug}/keys`);
    return {};
  },
);

export const rotateKeyAction = defineAction(
  { name: "rotate_key", access: { kind: "tenant", permission: "keys:write" }, input: rotateKeyFormSchema },
  async ({ actor, allows, admission }, { key, grace_minutes }) => {
    const rotated = await rotateKey(actor, allows, key, grace_minutes);
    revalidatePath(`/t/${admission.tenant.slug}/keys`);
    return { secret: rotated.secret ?? "" };
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
