import { CheckboxField } from "@/components/ui/checkbox";
import { TextField } from "@/components/ui/field";
import { EVENT_WORDS } from "@/components/webhooks/words";
import { fieldError, tickedValues, typedValue, type ActionState } from "@/lib/http/action-state";
import { ALL_EVENTS, EVENT_TYPES, type EndpointDto } from "@/lib/webhooks/schema";

/** The fields of an endpoint: where it is, and what it wants. `of`: the one that is edited. */
export function EndpointFields({ state, of }: { state: ActionState; of?: EndpointDto }) {
  const typed = (name: string, stored: string | undefined): string => (state.status === "idle" ? (stored ?? "") : typedValue(state, name));
  const wanted = tickedValues(state, "event_types", of?.event_types ?? [ALL_EVENTS]);
  const problem = fieldError(state, "event_types");
  return (
    <>
      <TextField label="Endpoint URL" name="url" type="url" required autoFocus={!of} placeholder="https://example.com/webhooks" defaultValue={typed("url", of?.url)} error={fieldError(state, "url")} hint="Takes a POST with JSON and answers with 2xx within 15 seconds." className="min-w-0" />
      <TextField label="Description" name="description" optional placeholder="Orders service" defaultValue={typed("description", of?.description)} error={fieldError(state, "description")} />
      <fieldset className="group grid grid-cols-1 gap-2">
        <legend className="mb-2 font-medium">What it is told of</legend>
        {/* Present even when nothing is ticked: nothing is an answer, and not the default. */}
        <input type="hidden" name="event_types[]" value="" />
        <CheckboxField name="event_types[]" value={ALL_EVENTS} defaultChecked={wanted.includes(ALL_EVENTS)} data-every="" label="Every event" hint="Those that are added later, too. Untick it to choose." />
        <div className="grid grid-cols-1 gap-2 group-has-[[data-every]:checked]:hidden">
          {EVENT_TYPES.map((type) => (
            <CheckboxField key={type} name="event_types[]" value={type} defaultChecked={wanted.includes(type)} label={<>{EVENT_WORDS[type]} <span className="font-mono text-xs text-muted">{type}</span></>} />
          ))}
        </div>
        {problem ? <p className="text-xs text-bad">{problem}</p> : null}
      </fieldset>
    </>
  );
}
