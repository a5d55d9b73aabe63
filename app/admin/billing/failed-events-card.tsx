import { EventBadge } from "@/app/admin/billing/event-badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { FailedEvent } from "@/lib/admin/billing/schema";

/** Events that failed or were never finished. */
export function FailedEventsCard({ events }: { events: FailedEvent[] }) {
  return (
    <Card>
      <CardHeader title="Failed events" description="Events of Stripe’s that could not be handled. Stripe sends them again, and a worker tries them again with growing pauses." className="pb-4" />
      {events.length === 0 ? (
        <CardBody className="pt-0 text-sm text-muted">Every event was handled.</CardBody>
      ) : (
        <DataTable
          caption="Failed events"
          rows={events}
          rowKey={(event) => event.id}
          rowHref={(event) => `/admin/billing/events/${event.id}`}
          columns={[
            { id: "type", header: "Event", primary: true, cell: (event) => <span className="font-mono">{event.type}</span> },
            { id: "status", header: "Status", cell: (event) => <EventBadge status={event.status} /> },
            { id: "error", header: "What went wrong", className: "[overflow-wrap:anywhere] @max-2xl:col-span-full", cell: (event) => <span className="text-xs text-muted">{event.error ?? "It was never finished."}</span> },
            { id: "tenant", header: "Workspace", cell: (event) => event.tenant?.name ?? "–" },
            { id: "attempts", header: "Attempts", align: "right", cell: (event) => <span className="measured">{event.attempts}</span> },
            { id: "retry", header: "Next", align: "right", wideOnly: true, cell: (event) => (event.retryAt ? <Time at={event.retryAt} look="absolute" /> : "soon") },
            { id: "at", header: "Came", align: "right", cell: (event) => <Time at={event.receivedAt} /> },
          ]}
        />
      )}
    </Card>
  );
}
