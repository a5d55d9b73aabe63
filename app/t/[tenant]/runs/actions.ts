"use server";

import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { cancelRun } from "@/lib/runs/service";

export const cancelRunAction = defineAction(
  { name: "cancel_run", access: { kind: "tenant", permission: "runs:write" }, input: z.object({ run: z.string().max(64) }) },
  async ({ actor }, { run }) => {
    const { status } = await cancelRun(actor, run);
    return { status };
  },
);
