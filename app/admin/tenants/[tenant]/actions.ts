"use server";

import { revalidatePath } from "next/cache";
import { adjustSchema, overrideSchema, pauseSchema, removeOverrideSchema } from "@/lib/admin/schema";
import { adjustUsage, setOverride, setPause } from "@/lib/admin/tenant";
import { defineAction, type UserCaller } from "@/lib/http/action";

const byOf = ({ user, ip, requestId }: UserCaller) => ({ staffId: user.id, ip, requestId });

export const setOverrideAction = defineAction({ name: "set_override", access: { kind: "staff" }, input: overrideSchema }, async (caller, { workspace, values }) => {
  await setOverride(byOf(caller), workspace, values);
  revalidatePath("/admin", "layout");
  return {};
});

export const removeOverrideAction = defineAction({ name: "remove_override", access: { kind: "staff" }, input: removeOverrideSchema }, async (caller, { workspace }) => {
  await setOverride(byOf(caller), workspace, null);
  revalidatePath("/admin", "layout");
  return {};
});

export const setPauseAction = defineAction({ name: "set_pause", access: { kind: "staff" }, input: pauseSchema }, async (caller, { workspace, paused, note }) => {
  await setPause(byOf(caller), workspace, paused, note);
  revalidatePath("/admin", "layout");
  return {};
});

export const adjustUsageAction = defineAction({ name: "adjust_usage", access: { kind: "staff" }, input: adjustSchema }, async (caller, input) => {
  await adjustUsage(byOf(caller), input);
  revalidatePath("/admin", "layout");
  return {};
});
