"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { defineAction } from "@/lib/http/action";
import { createScheduleSchema, updateScheduleSchema } from "@/lib/schedules/schema";
import { createSchedule, deleteSchedule, previewTimes, updateSchedule } from "@/lib/schedules/service";

const PREVIEWED = 5;
const named = { schedule: z.string().max(64) };

export const createScheduleAction = defineAction(
  { name: "create_schedule", access: { kind: "tenant", permission: "runs:write" }, input: createScheduleSchema.omit({ enabled: true }) },
  async ({ actor, admission }, input) => {
    await createSchedule(actor, { ...input, enabled: true });
    revalidatePath(`/t/${admission.tenant.slug}/schedules`);
    return {};
  },
);

export const updateScheduleAction = defineAction(
  { name: "update_schedule", access: { kind: "tenant", permission: "runs:write" }, input: updateScheduleSchema.omit({ enabled: true }).extend(named) },
  async ({ actor, admission }, { schedule, ...change }) => {
    await updateSchedule(actor, schedule, change);
    revalidatePath(`/t/${admission.tenant.slug}/schedules`);
    return {};
  },
);

export const pauseScheduleAction = defineAction(
  { name: "pause_schedule", access: { kind: "tenant", permission: "runs:write" }, input: z.object({ ...named, enabled: z.enum(["on", "off"]) }) },
  async ({ actor, admission }, { schedule, enabled }) => {
    await updateSchedule(actor, schedule, { enabled: enabled === "on" });
    revalidatePath(`/t/${admission.tenant.slug}/schedules`);
    return {};
  },
);

export const deleteScheduleAction = defineAction(
  { name: "delete_schedule", access: { kind: "tenant", permission: "runs:write" }, input: z.object(named) },
  async ({ actor, admission }, { schedule }) => {
    await deleteSchedule(actor, schedule);
    revalidatePath(`/t/${admission.tenant.slug}/schedules`);
    return {};
  },
);

/** The next times of what is typed into the form. Changes nothing. */
export const previewScheduleAction = defineAction(
  { name: "preview_schedule", access: { kind: "tenant", permission: "runs:read" }, input: z.object({ cron: z.string().max(100), time_zone: z.string().max(64) }) },
  async (_caller, { cron, time_zone }) => Promise.resolve({ times: previewTimes({ cron, timeZone: time_zone }, PREVIEWED) }),
);
