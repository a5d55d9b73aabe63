import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { METERS, type Meter, type StaffAlert } from "@/lib/admin/schema";
import { formatMeasure } from "@/lib/core/format";

const isMeter = (meter: string): meter is Meter => Object.hasOwn(METERS, meter);

/** The thresholds that were crossed of late, and hours that cost far more than usual. */
export function AlertsCard({ alerts }: { alerts: StaffAlert[] }) {
  return (
    <Card>
      <CardHeader title="Recent alerts" description="Thresholds that were reached, and hours that cost far more than usual." className="pb-4" />
      {alerts.length === 0 ? (
        <CardBody className="pt-0 text-sm text-muted">None so far. At 80, 100 and 200 % of a quota one appears here, and the workspace is told.</CardBody>
      ) : (
        <DataTable
          caption="Recent alerts"
          rows={alerts}
          rowKey={(alert) => alert.id}
          columns={[
            { id: "what", header: "Alert", primary: true, cell: (alert) => <What alert={alert} /> },
            { id: "used", header: "Used", align: "right", cell: (alert) => <span className="measured">{formatMeasure(alert.used, formatOf(alert.meter))}</span> },
            { id: "of", header: "Of", align: "right", cell: (alert) => <span className="measured text-muted">{formatMeasure(alert.quota, formatOf(alert.meter))}</span> },
            { id: "at", header: "When", align: "right", cell: (alert) => <Time at={alert.crossedAt} /> },
            { id: "told", header: "Told", align: "right", cell: (alert) => (alert.notifiedAt ? <Time at={alert.notifiedAt} /> : "not yet") },
          ]}
        />
      )}
    </Card>
  );
}

function What({ alert: { kind, meter, percent, key } }: { alert: StaffAlert }) {
  if (kind === "anomaly") return <><Badge tone="warn">Unusual hour</Badge> cost beside the usual hour</>;
  return (
    <>
      <Badge tone={percent >= 100 ? "bad" : "warn"}>{percent} %</Badge> {isMeter(meter) ? METERS[meter].label : meter}
      {key ? <span className="text-muted"> of the key {key}</span> : null}
    </>
  );
}

function formatOf(meter: string): "minutes" | "money" | "calls" {
  return isMeter(meter) ? METERS[meter].format : "money";
}
