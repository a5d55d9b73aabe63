import Link from "next/link";
import { DataTable } from "@/components/ui/data-table";
import { CHECKS, type Difference } from "@/lib/reconciliation/schema";

/** Numbers that should be one, a row each. */
export function DifferenceTable({ differences, ofOne = false }: { differences: Difference[]; ofOne?: boolean }) {
  const number = (value: number) => <span className="measured">{value.toLocaleString("en-US")}</span>;
  return (
    <DataTable
      caption="Differences"
      rows={differences.map((difference, at) => ({ ...difference, at }))}
      rowKey={({ at }) => String(at)}
      columns={[
        {
          id: "check", header: "Check", primary: true, className: "@2xl:whitespace-nowrap",
          cell: ({ check }) => <span title={CHECKS[check].says}>{CHECKS[check].label}</span>,
        },
        ...(ofOne ? [] : [{ id: "tenant", header: "Workspace", className: "@2xl:whitespace-nowrap", cell: ({ tenant }: Difference) => <Whose tenant={tenant} /> }]),
        { id: "period", header: "Period from", className: "whitespace-nowrap", cell: ({ periodStart }) => <span className="measured">{periodStart?.slice(0, 10) ?? "–"}</span> },
        { id: "subject", header: "What", className: "[overflow-wrap:anywhere] @2xl:py-1.5 @max-2xl:col-span-full", cell: ({ subject }) => <span className="font-mono text-xs">{subject}</span> },
        { id: "expected", header: "Expected", align: "right", cell: ({ expected }) => number(expected) },
        { id: "found", header: "Found", align: "right", cell: ({ found }) => number(found) },
      ]}
    />
  );
}

function Whose({ tenant }: { tenant: Difference["tenant"] }) {
  if (!tenant) return <span className="text-muted">the platform</span>;
  return <Link href={`/admin/tenants/${tenant.slug}`} className="text-accent-ink underline underline-offset-4">{tenant.name}</Link>;
}
