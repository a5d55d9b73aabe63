import { EndSession } from "@/app/account/security/end-session";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { describeUserAgent } from "@/lib/core/user-agent";
import { METHOD_WORDS } from "@/lib/users/sign-in-methods";
import type { UserSession } from "@/lib/users/sessions";

/** Browsers that are signed in; each but this one can be signed out here. */
export function SessionTable({ sessions, current }: { sessions: UserSession[]; current: string }) {
  return (
    <DataTable
      caption="Your sessions"
      rows={sessions}
      rowKey={(one) => one.id}
      columns={[
        { id: "device", header: "Device", primary: true, cell: (one) => <span title={one.userAgent}>{describeUserAgent(one.userAgent)} {one.id === current ? <Badge tone="now">This browser</Badge> : null}</span> },
        { id: "ip", header: "Address", cell: (one) => <span className="font-mono text-xs break-all">{one.ip}</span> },
        { id: "method", header: "Signed in by", cell: (one) => METHOD_WORDS[one.method] },
        { id: "since", header: "Since", cell: (one) => <Time at={one.createdAt} /> },
        { id: "seen", header: "Last used", cell: (one) => <Time at={one.lastSeenAt} /> },
        { id: "end", header: "", align: "right", cell: (one) => (one.id === current ? null : <EndSession id={one.id} device={describeUserAgent(one.userAgent)} />) },
      ]}
    />
  );
}
