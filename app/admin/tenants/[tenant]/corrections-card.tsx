import { AdjustUsage } from "@/app/admin/tenants/[tenant]/adjust-usage";
import { periodWords } from "@/components/admin/period-words";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { METER_IDS, METERS, type StaffTenant } from "@/lib/admin/schema";
import { formatMeasure } from "@/lib/core/format";

/** What was used in the periods that can still be corrected. */
export function CorrectionsCard({ tenant }: { tenant: StaffTenant }) {
  const { periods } = tenant;
  return (
    <Card>
      <CardHeader
        title="Used by period" description="A correction is one more row in the ledger, with a reason; counters, rollups and the invoice follow it." className="pb-4"
        action={periods.length > 0 ? <AdjustUsage workspace={tenant.id} name={tenant.name} periods={periods} /> : null}
      />
      {periods.length === 0 ? (
        <CardBody className="pt-0 text-sm text-muted">Nothing was used yet, so there is nothing to correct.</CardBody>
      ) : (
        <DataTable
          caption="Used by period"
          rows={periods}
          rowKey={(period) => period.start}
          columns={[
            { id: "period", header: "Period (UTC)", primary: true, cell: (period) => periodWords(period) },
            ...METER_IDS.map((meter) => ({
              id: meter, header: METERS[meter].label, align: "right" as const,
              cell: (period: (typeof periods)[number]) => <span className="measured" title={period[meter].toLocaleString("en-US")}>{formatMeasure(period[meter], METERS[meter].format)}</span>,
            })),
          ]}
        />
      )}
    </Card>
  );
}
