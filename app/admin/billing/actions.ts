"use server";

import { revalidatePath } from "next/cache";
import { replaySchema, seeFlagSchema } from "@/lib/admin/billing/schema";
import { replayStripeEvent, seeFlag } from "@/lib/admin/billing/service";
import { defineAction, type UserCaller } from "@/lib/http/action";

const byOf = ({ user, ip, requestId }: UserCaller) => ({ staffId: user.id, ip, requestId });

export const seeBillingFlagAction = defineAction({ name: "see_billing_flag", access: { kind: "staff" }, input: seeFlagSchema }, async (caller, { workspace, flag }) => {
  await seeFlag(byOf(caller), workspace, flag);
  revalidatePath("/admin/billing", "layout");
  return {};
});

export const replayStripeEventAction = defineAction({ name: "replay_stripe_event", access: { kind: "staff" }, input: replaySchema }, async (caller, { event }) => {
  const status = await replayStripeEvent(byOf(caller), event);
  revalidatePath("/admin/billing", "layout");
  return { status };
});
