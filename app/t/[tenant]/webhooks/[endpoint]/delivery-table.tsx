import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { DeliveryBadge } from "@/components/webhooks/badges";
import { attemptWords } from "@/components/webhooks/words";
import type { DeliverySummary } from "@/lib/webhooks/schema";

/** Deliveries of an endpoint; each leads to what was sent and answered. */
export function DeliveryTable({ base, deliveries }: { base: string; deliveries: DeliverySummary[] }) {
  return (
    <DataTable
      caption="Deliveries of this endpoint"
      rows={deliveries}
      rowKey={(delivery) => delivery.id}
      rowHref={(delivery) => `${base}/${delivery.id}`}
      columns={[
        { id: "type", header: "Event", primary: true, cell: (delivery) => <span className="font-mono">{delivery.event_type}</span> },
        { id: "status", header: "Status", cell: (delivery) => <DeliveryBadge status={delivery.status} /> },
        { id: "answer", header: "Last answer", cell: (delivery) => attemptWords({ status_code: delivery.last_status_code, error: delivery.last_error }) || "–" },
        { id: "attempts", header: "Attempts", align: "right", cell: (delivery) => <span className="font-mono tabular-nums">{delivery.attempts}</span> },
        { id: "next", header: "Next attempt", align: "right", cell: (delivery) => (delivery.next_attempt_at ? <Time at={delivery.next_attempt_at} look="absolute" /> : "–") },
        { id: "at", header: "Created", align: "right", cell: (delivery) => <Time at={delivery.created_at} /> },
      ]}
    />
  );
}
