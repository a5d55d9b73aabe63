"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createRunSchema } from "@/lib/runs/schema";
import { cancelRun, createRun, deleteRunContent } from "@/lib/runs/service";

const namedRunSchema = z.object({ run: z.string().max(64) });

export const cancelRunAction = defineAction(
  { name: "cancel_run", access: { kind: "tenant", permission: "runs:write" }, input: namedRunSchema },
  async ({ actor }, { run }) => {
    const { status } = await cancelRun(actor, run);
    return { status };
  },
);

/** Starts a run, anew or in a conversation, and leads to its page. */
export const startRunAction = defineAction(
  { name: "start_run", access: { kind: "tenant", permission: "runs:write" }, input: createRunSchema },
  async ({ admission }, input) => {
    const run = await createRun(admission, input);
    redirect(`/t/${admission.tenant.slug}/runs/${run.id}`);
  },
);

export const deleteRunContentAction = defineAction(
  { name: "delete_run_content", access: { kind: "tenant", permission: "runs:write" }, input: namedRunSchema },
  async ({ actor }, { run }) => {
    await deleteRunContent(actor, run);
    return {};
  },
);
