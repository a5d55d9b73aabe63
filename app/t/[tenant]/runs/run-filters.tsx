import Link from "next/link";
import type { ListFilters } from "@/app/t/[tenant]/runs/list-filters";
import { Button } from "@/components/ui/button";
import { SelectField, TextField } from "@/components/ui/field";
import { RUN_STATUSES } from "@/lib/runs/schema";

type RunFiltersProps = {
  action: string;
  agents: { slug: string; name: string }[];
  /** None for who may not see keys. */
  keys: { id: string; name: string }[];
  filters: ListFilters;
};

/** Filters as a plain form: they live in the address, so a filtered list can be sent to somebody. */
export function RunFilters({ action, agents, keys, filters }: RunFiltersProps) {
  const { status = "", agent = "", key = "", from = "", to = "", show = "" } = filters;
  // An archived agent, or a key further back, can still be what an address asks for.
  const strangeAgent = agent !== "" && !agents.some(({ slug }) => slug === agent);
  const strangeKey = key !== "" && !keys.some(({ id }) => id === key);
  return (
    // Another address, another form: what the fields hold is what the list shows.
    <form key={JSON.stringify(filters)} action={action} className="mb-6 grid grid-cols-2 items-end gap-4 sm:flex sm:flex-wrap">
      <SelectField label="Status" name="status" defaultValue={status}>
        <option value="">All</option>
        {RUN_STATUSES.map((one) => <option key={one} value={one}>{one.replace("_", " ")}</option>)}
      </SelectField>
      <SelectField label="Agent" name="agent" defaultValue={agent}>
        <option value="">All</option>
        {strangeAgent ? <option value={agent}>{agent}</option> : null}
        {agents.map((one) => <option key={one.slug} value={one.slug}>{one.name}</option>)}
      </SelectField>
      {keys.length === 0 && !strangeKey ? null : (
        <SelectField label="API key" name="key" defaultValue={key}>
          <option value="">All</option>
          {strangeKey ? <option value={key}>{key}</option> : null}
          {keys.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </SelectField>
      )}
      <TextField className="max-sm:col-span-2" label="From" name="from" type="date" defaultValue={from} />
      <TextField className="max-sm:col-span-2" label="To" name="to" type="date" defaultValue={to} />
      <SelectField label="Show" name="show" defaultValue={show}>
        <option value="">All runs</option>
        <option value="first">First runs only</option>
      </SelectField>
      <Button type="submit" variant="secondary">Filter</Button>
      {Object.keys(filters).length === 0 ? null : <Button asChild variant="ghost"><Link href={action}>Clear</Link></Button>}
    </form>
  );
}
