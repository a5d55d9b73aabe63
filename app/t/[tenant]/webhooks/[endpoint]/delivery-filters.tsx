import { Button } from "@/components/ui/button";
import { SelectField } from "@/components/ui/field";
import { DELIVERY_STATUSES } from "@/lib/webhooks/schema";

/** The filter as a plain form: it lives in the address. */
export function DeliveryFilters({ action, status }: { action: string; status: string }) {
  return (
    <form action={action} className="mb-6 flex flex-wrap items-end gap-4">
      <SelectField label="Status" name="status" defaultValue={status}>
        <option value="">All</option>
        {DELIVERY_STATUSES.map((one) => <option key={one} value={one}>{one}</option>)}
      </SelectField>
      <Button type="submit" variant="secondary">Filter</Button>
    </form>
  );
}
