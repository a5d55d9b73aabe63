import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";

export type AuditFilterValues = { action: string; actor: string; target: string; from: string; to: string };

/** Filters as a plain form: they live in the address, so a filtered log can be sent to somebody. */
export function AuditFilters({ action, values }: { action: string; values: AuditFilterValues }) {
  return (
    <form action={action} className="mb-6 flex flex-wrap items-end gap-4">
      <TextField label="Action" name="action" defaultValue={values.action} placeholder="api_key.*" />
      <TextField label="Who" name="actor" defaultValue={values.actor} placeholder="usr_… or key_…" />
      <TextField label="What" name="target" defaultValue={values.target} placeholder="its id" />
      <TextField label="From" name="from" type="date" defaultValue={values.from} />
      <TextField label="Before" name="to" type="date" defaultValue={values.to} />
      <Button type="submit" variant="secondary">
        Filter
      </Button>
    </form>
  );
}
