import { Button } from "@/components/ui/button";
import { SelectField, TextField } from "@/components/ui/field";
import { EVENT_FILTERS, type EventListQuery } from "@/lib/admin/billing/schema";

export type EventFilterValues = { type: string; status: EventListQuery["status"]; workspace: string };

const NAMES: Record<EventListQuery["status"], string> = { not_ignored: "All but ignored", received: "Received", handled: "Handled", ignored: "Ignored", failed: "Failed", all: "All" };

/** Filters as a plain form: they live in the address. */
export function EventFilters({ values }: { values: EventFilterValues }) {
  return (
    <form action="/admin/billing/events" className="mb-6 flex flex-wrap items-end gap-4">
      <TextField label="Type" name="type" defaultValue={values.type} placeholder="invoice.paid" autoComplete="off" spellCheck={false} />
      <SelectField label="Status" name="status" defaultValue={values.status}>
        {EVENT_FILTERS.map((one) => <option key={one} value={one}>{NAMES[one]}</option>)}
      </SelectField>
      <TextField label="Workspace" name="workspace" defaultValue={values.workspace} placeholder="its address or id" autoCapitalize="none" autoComplete="off" spellCheck={false} />
      <Button type="submit" variant="secondary">Filter</Button>
    </form>
  );
}
