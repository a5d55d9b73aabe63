"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { liftBreaker } from "@/lib/admin/platform";
import { defineAction } from "@/lib/http/action";

export const liftBreakerAction = defineAction({ name: "lift_breaker", access: { kind: "staff" }, input: z.object({}) }, async ({ user }) => {
  await liftBreaker(user.id);
  revalidatePath("/admin/platform");
  return {};
});
