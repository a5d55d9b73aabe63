"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { addRule, removeRule } from "@/lib/alerts/rules";
import { ruleFormSchema, ruleRefSchema } from "@/lib/alerts/schema";
import { dismissAlert } from "@/lib/alerts/service";
import { pauseTenant, resumeTenant } from "@/lib/caps/pausing";
import { overageFormSchema } from "@/lib/caps/schema";
import { setOverage } from "@/lib/caps/service";
import type { LimitCheck } from "@/lib/limits/limiter";

const limits = (_input: unknown, { tenantId }: { tenantId: string | null }): LimitCheck[] => [{ policy: "caps", subject: tenantId ?? "" }];

export const setOverageAction = defineAction(
  { name: "set_overage", access: { kind: "tenant", permission: "billing:write" }, input: overageFormSchema, limits },
  async ({ actor, admission }, input) => {
    await setOverage(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

export const addAlertRuleAction = defineAction(
  { name: "add_alert_rule", access: { kind: "tenant", permission: "caps:write" }, input: ruleFormSchema, limits },
  async ({ actor, admission }, input) => {
    await addRule(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}/caps`);
    return {};
  },
);

export const removeAlertRuleAction = defineAction(
  { name: "remove_alert_rule", access: { kind: "tenant", permission: "caps:write" }, input: ruleRefSchema, limits },
  async ({ actor, admission }, input) => {
    await removeRule(actor, input);
    revalidatePath(`/t/${admission.tenant.slug}/caps`);
    return {};
  },
);

export const dismissAlertAction = defineAction(
  { name: "dismiss_alert", access: { kind: "tenant", permission: "caps:write" }, input: z.object({ alert: z.string().max(64) }), limits },
  async ({ actor, admission }, { alert }) => {
    await dismissAlert(actor, alert);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

export const pauseWorkspaceAction = defineAction(
  { name: "pause_workspace", access: { kind: "tenant", permission: "tenant:pause" }, input: z.object({}), limits },
  async ({ actor, admission }) => {
    await pauseTenant(actor);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);

export const resumeWorkspaceAction = defineAction(
  { name: "resume_workspace", access: { kind: "tenant", permission: "tenant:pause" }, input: z.object({}), limits },
  async ({ actor, admission }) => {
    await resumeTenant(actor);
    revalidatePath(`/t/${admission.tenant.slug}`, "layout");
    return {};
  },
);
