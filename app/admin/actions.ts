"use server";

import { reconcileSchema } from "@/lib/admin/schema";
import { defineAction } from "@/lib/http/action";
import { reconcileTenant } from "@/lib/reconciliation/service";

export const reconcileTenantAction = defineAction(
  { name: "reconcile_tenant", access: { kind: "staff" }, input: reconcileSchema },
  async ({ user }, { workspace }) => ({ at: new Date().toISOString(), workspace, differences: await reconcileTenant(user.id, workspace) }),
);
