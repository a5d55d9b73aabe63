"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { keepTenant, requestDeletion } from "@/lib/tenants/settings/deletion";
import { accessSchema, deletionSchema, generalSchema, retentionSchema } from "@/lib/tenants/settings/schema";
import { updateAccess, updateGeneral, updateRetention } from "@/lib/tenants/settings/service";

export const updateGeneralAction = defineAction(
  { name: "update_general", access: { kind: "tenant", permission: "settings:write" }, input: generalSchema },
  async ({ actor, admission }, input) => {
    const slug = await updateGeneral(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    if (slug !== admission.tenant.slug) redirect(`/t/${slug}/settings`);
    return {};
  },
);

export const updateAccessAction = defineAction(
  { name: "update_access", access: { kind: "tenant", permission: "settings:write" }, input: accessSchema },
  async ({ actor, user, admission }, input) => {
    await updateAccess(actor, user.twoFactor, input);
    revalidatePath(`/t/${admission.tenant.slug}/settings`);
    return {};
  },
);

export const updateRetentionAction = defineAction(
  { name: "update_retention", access: { kind: "tenant", permission: "settings:write" }, input: retentionSchema },
  async ({ actor, admission }, { content_retention_days }) => {
    await updateRetention(actor, content_retention_days);
    revalidatePath(`/t/${admission.tenant.slug}/settings`);
    return {};
  },
);

export const requestDeletionAction = defineAction(
  { name: "request_deletion", access: { kind: "tenant", permission: "tenant:delete" }, input: deletionSchema },
  async ({ actor, admission }, { confirm }) => {
    await requestDeletion(actor, confirm);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

export const keepWorkspaceAction = defineAction(
  { name: "keep_workspace", access: { kind: "tenant", permission: "tenant:delete" }, input: z.object({}) },
  async ({ actor, admission }) => {
    await keepTenant(actor);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);
