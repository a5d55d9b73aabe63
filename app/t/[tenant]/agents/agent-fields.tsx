"use client";

import { CheckboxField } from "@/components/ui/checkbox";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { Fold } from "@/components/ui/fold";
import type { AgentFormValues } from "@/lib/agents/form";
import { fieldError, type ActionState } from "@/lib/http/action-state";

/** A model to choose, with a sentence on its price and size. `label`: of the model key that unlocks it; null: the platform's. */
export type ModelChoice = { id: string; name: string; label: string | null; words: string };
/** A tool or another agent to tick. */
export type Choice = { id: string; name: string };
export type AgentChoices = { models: ModelChoice[]; tools: Choice[]; delegates: Choice[] };

type AgentFieldsProps = {
  values: AgentFormValues;
  onChange: (change: Partial<AgentFormValues>) => void;
  state: ActionState;
  choices: AgentChoices;
};

/** Everything of an agent but its name and slug. The rarer fields are folded, and open where something is wrong in them. */
export function AgentFields({ values, onChange, state, choices }: AgentFieldsProps) {
  const field = (name: Exclude<keyof AgentFormValues, "tools" | "delegates">) => ({
    name, value: values[name], error: fieldError(state, name),
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  const faulty = (...names: string[]): boolean => names.some((name) => fieldError(state, name) !== undefined);
  const model = choices.models.find(({ id }) => id === values.model);
  return (
    <>
      <SelectField label="Model" required {...field("model")} hint={model?.words ?? "No longer offered: runs of this agent are refused until you choose another one."}>
        {model ? null : <option value={values.model}>{values.model}</option>}
        {choices.models.filter(({ label }) => label === null).map(toOption)}
        {[...new Set(choices.models.flatMap(({ label }) => label ?? []))].map((label) => (
          <optgroup key={label} label={label}>{choices.models.filter((one) => one.label === label).map(toOption)}</optgroup>
        ))}
      </SelectField>
      <TextareaField label="Instructions" required rows={8} {...field("instructions")} hint="What the agent should do with the text it is given." />
      <div className="grid grid-cols-1 gap-2">
        <Fold title="Tools and delegation" digest={digestOf(values)} open={faulty("tools", "delegates")}>
          <Ticks title="Tools it may call" name="tools" all={choices.tools} ticked={values.tools} onChange={(tools) => onChange({ tools })} error={fieldError(state, "tools")} none="This workspace has no tools yet." />
          <Ticks title="Agents it may hand work to" name="delegates" all={choices.delegates} ticked={values.delegates} onChange={(delegates) => onChange({ delegates })} error={fieldError(state, "delegates")} none="This workspace has no other agent yet." />
        </Fold>
        <Fold title="Answer" digest={values.output_schema.trim() ? "JSON by schema" : "free text"} open={faulty("output_schema", "temperature")}>
          <TextareaField label="Output schema" optional rows={6} className="[&_textarea]:font-mono" spellCheck={false} {...field("output_schema")} hint="A JSON Schema of type object, up to 16 KB. Empty: free text." />
          <TextField label="Temperature" optional inputMode="decimal" {...field("temperature")} hint="0 to 2. Empty: as the model has it." />
        </Fold>
        <Fold title="Limits of a run" digest={`${values.max_steps || 16} ${Number(values.max_steps) === 1 ? "step" : "steps"}, ${values.retries || 2} ${Number(values.retries) === 1 ? "retry" : "retries"}`} open={faulty("max_steps", "max_minutes", "max_spend", "retries")}>
          <div className="grid grid-cols-1 gap-6 sm:grid-cols-2">
            <TextField label="Most steps" inputMode="numeric" {...field("max_steps")} hint="1 to 100." />
            <TextField label="Most minutes" optional inputMode="decimal" {...field("max_minutes")} hint="Empty: as long as the plan allows." />
            <TextField label="Most spend, in US dollars" optional inputMode="decimal" {...field("max_spend")} hint="Empty: what the workspace has left." />
            <TextField label="Retries" inputMode="numeric" {...field("retries")} hint="0 to 5. After a 429 or a 5xx." />
          </div>
        </Fold>
      </div>
    </>
  );
}

function toOption({ id, name }: ModelChoice) {
  return <option key={id} value={id}>{name}</option>;
}

function digestOf({ tools, delegates }: AgentFormValues): string {
  const count = (ids: string[], one: string): string | null => (ids.length === 0 ? null : `${ids.length} ${one}${ids.length === 1 ? "" : "s"}`);
  return [count(tools, "tool"), count(delegates, "agent")].filter(Boolean).join(", ") || "none";
}

type TicksProps = { title: string; name: "tools" | "delegates"; all: Choice[]; ticked: string[]; onChange: (ids: string[]) => void; error: string | undefined; none: string };

function Ticks({ title, name, all, ticked, onChange, error, none }: TicksProps) {
  // What is ticked and not there any more still counts until somebody takes it away.
  const shown = [...all, ...ticked.filter((id) => !all.some((one) => one.id === id)).map((id) => ({ id, name: `${id}, which is not here any more` }))];
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-2">
      <legend className="mb-2 font-medium">{title}</legend>
      {shown.length === 0 ? <p className="text-xs text-muted">{none}</p> : null}
      <div className="grid max-h-56 grid-cols-1 gap-2 overflow-y-auto">
        {shown.map(({ id, name: label }) => (
          <CheckboxField
            key={id} name={`${name}[]`} value={id} label={label} checked={ticked.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...ticked, id] : ticked.filter((one) => one !== id))}
          />
        ))}
      </div>
      {error ? <p className="text-xs text-bad">{error}</p> : null}
    </fieldset>
  );
}
