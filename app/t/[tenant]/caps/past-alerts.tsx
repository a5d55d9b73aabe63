import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { AlertDto } from "@/lib/alerts/schema";

/** What people were told of, newest first. */
export function PastAlerts({ alerts }: { alerts: AlertDto[] }) {
  return (
    <Card>
      <CardHeader title="Past alerts" description={alerts.length === 0 ? "Nothing yet: no threshold was reached and no hour was unusual." : "The latest alerts, newest first."} />
      <CardBody>
        {alerts.length === 0 ? null : (
          <DataTable
            caption="Alerts of this workspace" rows={alerts} rowKey={(alert) => alert.id}
            columns={[
              { id: "what", header: "What", primary: true, cell: (alert) => alert.title },
              { id: "numbers", header: "Of what", cell: (alert) => <span className="measured text-xs">{alert.figure}</span> },
              { id: "when", header: "When", align: "right", cell: (alert) => <Time at={alert.at} /> },
            ]}
          />
        )}
      </CardBody>
    </Card>
  );
}
