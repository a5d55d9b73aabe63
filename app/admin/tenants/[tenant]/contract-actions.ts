"use server";

import { revalidatePath } from "next/cache";
import { endContract, setContract } from "@/lib/admin/contract/contract";
import { contractSchema, endContractSchema } from "@/lib/admin/contract/schema";
import { defineAction } from "@/lib/http/action";

export const setContractAction = defineAction({ name: "set_contract", access: { kind: "staff" }, input: contractSchema }, async ({ user, ip, requestId }, input) => {
  await setContract({ staffId: user.id, ip, requestId }, input);
  revalidatePath("/admin", "layout");
  return {};
});

export const endContractAction = defineAction({ name: "end_contract", access: { kind: "staff" }, input: endContractSchema }, async ({ user, ip, requestId }, { workspace, when }) => {
  await endContract({ staffId: user.id, ip, requestId }, workspace, when);
  revalidatePath("/admin", "layout");
  return {};
});
