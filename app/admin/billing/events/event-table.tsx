import { EventBadge } from "@/app/admin/billing/event-badge";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { StripeEventRow } from "@/lib/admin/billing/schema";

/** Events as they came; each leads to what it said and what was done. */
export function EventTable({ events }: { events: StripeEventRow[] }) {
  return (
    <DataTable
      caption="Stripe’s events"
      rows={events}
      rowKey={(event) => event.id}
      rowHref={(event) => `/admin/billing/events/${event.id}`}
      columns={[
        { id: "type", header: "Event", primary: true, cell: (event) => <span className="font-mono">{event.type}</span> },
        { id: "status", header: "Status", cell: (event) => <EventBadge status={event.status} /> },
        { id: "tenant", header: "Workspace", className: "@2xl:whitespace-nowrap", cell: (event) => event.tenant?.name ?? "–" },
        { id: "outcome", header: "What was done", className: "[overflow-wrap:anywhere] @max-2xl:col-span-full", cell: (event) => <span className="text-xs text-muted">{event.error ?? event.outcome ?? "nothing yet"}</span> },
        { id: "deliveries", header: "Delivered", align: "right", cell: (event) => <span className="measured">{event.deliveries}</span> },
        { id: "attempts", header: "Attempts", align: "right", cell: (event) => <span className="measured">{event.attempts}</span> },
        { id: "at", header: "Came", align: "right", className: "whitespace-nowrap", cell: (event) => <Time at={event.receivedAt} /> },
      ]}
    />
  );
}
