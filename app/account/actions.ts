"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { rename } from "@/lib/users/account";
import { personNameSchema } from "@/lib/users/schema";

export const renameUserAction = defineAction(
  { name: "rename_user", access: { kind: "user" }, input: z.object({ name: personNameSchema }) },
  async (caller, { name }) => {
    await rename(caller.user, name, caller);
    revalidatePath("/account", "layout");
    return {};
  },
);
