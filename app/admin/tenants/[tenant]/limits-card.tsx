import { OverrideForm } from "@/app/admin/tenants/[tenant]/override-form";
import { RemoveOverride } from "@/app/admin/tenants/[tenant]/remove-override";
import { limitName, limitWords } from "@/components/admin/limit-words";
import { Card, CardFooter, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { OVERRIDE_FIELDS, type StaffTenant } from "@/lib/admin/schema";

/** What the plan says, what was agreed in its place, and what holds now. */
export function LimitsCard({ tenant }: { tenant: StaffTenant }) {
  const { override, plan, limits } = tenant;
  return (
    <Card>
      <CardHeader
        title="Limits" description="The plan’s, unless something else was agreed. A change acts within a second, on running runs too." className="pb-4"
        action={
          <>
            {override ? <RemoveOverride workspace={tenant.id} name={tenant.name} /> : null}
            <OverrideForm tenant={tenant} />
          </>
        }
      />
      <DataTable
        caption="Limits"
        rows={OVERRIDE_FIELDS}
        rowKey={(field) => field}
        columns={[
          { id: "limit", header: "Limit", primary: true, cell: (field) => limitName(field) },
          { id: "plan", header: "Plan", align: "right", cell: (field) => <span className="measured text-muted">{limitWords(field, plan[field])}</span> },
          { id: "agreed", header: "Agreed", align: "right", cell: (field) => <Agreed override={override} field={field} /> },
          { id: "now", header: "Holds now", align: "right", cell: (field) => <span className="measured">{limitWords(field, limits[field])}</span> },
        ]}
      />
      {override ? (
        <CardFooter>
          <p>
            “{override.reason}” {override.setBy}, <Time at={override.updatedAt} />
            {override.expiresAt ? <>{override.expired ? ", ended " : ", until "}<Time at={override.expiresAt} look="absolute" /></> : ", without an end"}
          </p>
        </CardFooter>
      ) : null}
    </Card>
  );
}

function Agreed({ override, field }: { override: StaffTenant["override"]; field: (typeof OVERRIDE_FIELDS)[number] }) {
  const value = override?.values[field] ?? null;
  if (value === null) return <span className="text-faint">–<span className="sr-only">nothing</span></span>;
  return <span className={override?.expired ? "measured text-muted line-through" : "measured font-medium"}>{limitWords(field, value)}</span>;
}
