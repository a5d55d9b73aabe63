import { Button } from "@/components/ui/button";
import { SelectField } from "@/components/ui/field";
import { RUN_STATUSES } from "@/lib/runs/schema";

type RunFiltersProps = { action: string; agents: { slug: string; name: string }[]; status: string; agent: string };

/** Filters as a plain form: they live in the address, so a filtered list can be sent to somebody. */
export function RunFilters({ action, agents, status, agent }: RunFiltersProps) {
  return (
    <form action={action} className="mb-6 flex flex-wrap items-end gap-4">
      <SelectField label="Status" name="status" defaultValue={status}>
        <option value="">All</option>
        {RUN_STATUSES.map((one) => (
          <option key={one} value={one}>
            {one.replace("_", " ")}
          </option>
        ))}
      </SelectField>
      <SelectField label="Agent" name="agent" defaultValue={agent}>
        <option value="">All</option>
        {agents.map((one) => (
          <option key={one.slug} value={one.slug}>
            {one.name}
          </option>
        ))}
      </SelectField>
      <Button type="submit" variant="secondary">
        Filter
      </Button>
    </form>
  );
}
