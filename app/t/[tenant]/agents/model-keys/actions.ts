"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createModelKeyFormSchema, keepNames, updateModelKeyFormSchema } from "@/lib/models/form";
import { createModelKey, deleteModelKey, readModelsAgain, requireModelKey, updateModelKey } from "@/lib/models/service";

const idSchema = z.object({ model_key: z.string().max(64) });

export const createModelKeyAction = defineAction(
  { name: "create_model_key", access: { kind: "tenant", permission: "agents:write" }, input: createModelKeyFormSchema },
  async ({ actor, admission }, input) => {
    const { label, models } = await createModelKey(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { label, models: models.length };
  },
);

export const updateModelKeyAction = defineAction(
  { name: "update_model_key", access: { kind: "tenant", permission: "agents:write" }, input: updateModelKeyFormSchema },
  async ({ actor, admission }, { id, change }) => {
    const { models: stored } = await requireModelKey(admission.tenant.id, id);
    const { updated_at: savedAt } = await updateModelKey(actor, id, keepNames(change, stored));
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { savedAt };
  },
);

export const readModelsAction = defineAction(
  { name: "read_models", access: { kind: "tenant", permission: "agents:write" }, input: idSchema },
  async ({ actor, admission }, { model_key: id }) => {
    const { models } = await readModelsAgain(actor, id);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return { models: models.length };
  },
);

export const deleteModelKeyAction = defineAction(
  { name: "delete_model_key", access: { kind: "tenant", permission: "agents:write" }, input: idSchema },
  async ({ actor, admission }, { model_key: id }) => {
    await deleteModelKey(actor, id);
    revalidatePath(`/t/${admission.tenant.slug}/agents`, "layout");
    return {};
  },
);
