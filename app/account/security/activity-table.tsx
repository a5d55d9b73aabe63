import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { describeUserAgent } from "@/lib/core/user-agent";
import type { AccountEvent } from "@/lib/users/events";

/** What happened to an account, newest first. */
export function ActivityTable({ events }: { events: AccountEvent[] }) {
  return (
    <DataTable
      caption="Recent activity of your account"
      rows={events}
      rowKey={(event) => event.id}
      columns={[
        { id: "what", header: "What", primary: true, cell: (event) => event.text },
        { id: "device", header: "Device", cell: (event) => <span title={event.userAgent}>{describeUserAgent(event.userAgent)}</span> },
        { id: "ip", header: "Address", cell: (event) => <span className="font-mono text-xs break-all">{event.ip}</span> },
        { id: "at", header: "When", align: "right", cell: (event) => <Time at={event.at} /> },
      ]}
    />
  );
}
