"use client";

import { useActionState, useState } from "react";
import { createScheduleAction, updateScheduleAction } from "@/app/t/[tenant]/schedules/actions";
import { TimePreview } from "@/app/t/[tenant]/schedules/time-preview";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { fieldError, formError } from "@/lib/http/action-state";
import type { ScheduleDto } from "@/lib/schedules/schema";

export type AgentChoice = { id: string; name: string };

const COMMON = [["0 * * * *", "Every hour"], ["0 9 * * *", "Every day at 9"], ["0 9 * * MON-FRI", "Working days at 9"], ["0 9 * * MON", "Mondays at 9"], ["0 9 1 * *", "The 1st of each month at 9"]] as const;

type ScheduleFormProps = { tenant: string; agents: AgentChoice[]; /** The one to change; without it one is made. */ of?: ScheduleDto; onDone: () => void };

/** Makes or changes a schedule. Stands in a dialog, so only a browser draws it. */
export function ScheduleForm({ tenant, agents, of, onDone }: ScheduleFormProps) {
  const [state, action] = useActionState(of ? updateScheduleAction : createScheduleAction, { status: "idle" });
  const [cron, setCron] = useState<string>(of?.cron ?? "0 9 * * *");
  const [timeZone, setTimeZone] = useState(of?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [agent, setAgent] = useState(of?.agent_id ?? agents[0]?.id ?? "");
  const [input, setInput] = useState(of?.input ?? "");
  useWhenDone(state, onDone);
  const problem = formError(state) ?? fieldError(state, "schedule");
  const archived = of !== undefined && !agents.some(({ id }) => id === of.agent_id);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      {of ? <input type="hidden" name="schedule" value={of.id} /> : null}
      <SelectField label="Agent" name="agent" value={agent} onChange={(event) => setAgent(event.target.value)} error={fieldError(state, "agent")}>
        {archived ? <option value={of.agent_id}>{of.agent} (archived)</option> : null}
        {agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </SelectField>
      <TextareaField label="Input" name="input" rows={3} required value={input} onChange={(event) => setInput(event.target.value)} error={fieldError(state, "input")} hint="What the agent is given each time." />
      <SelectField label="How often" value={COMMON.some(([each]) => each === cron) ? cron : ""} onChange={(event) => event.target.value && setCron(event.target.value)}>
        <option value="">As written below</option>
        {COMMON.map(([each, words]) => <option key={each} value={each}>{words}</option>)}
      </SelectField>
      <TextField label="Cron expression" name="cron" required className="[&_input]:font-mono" value={cron} onChange={(event) => setCron(event.target.value)} error={fieldError(state, "cron")} hint="Minute, hour, day of month, month, day of week." autoComplete="off" spellCheck={false} />
      <SelectField label="Time zone" name="time_zone" value={timeZone} onChange={(event) => setTimeZone(event.target.value)} error={fieldError(state, "time_zone")}>
        {zones(timeZone).map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}</option>)}
      </SelectField>
      <TimePreview tenant={tenant} cron={cron} timeZone={timeZone} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>{of ? "Save schedule" : "Create schedule"}</SubmitButton>
      </DialogFooter>
    </form>
  );
}

function zones(present: string): string[] {
  return [...new Set(["UTC", present, ...Intl.supportedValuesOf("timeZone")])];
}
