import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { AuditDto } from "@/lib/audit/schema";

/** Entries of the log, each with what it changed. */
export function AuditTable({ entries }: { entries: AuditDto[] }) {
  return (
    <DataTable
      caption="Audit log of this workspace"
      rows={entries}
      rowKey={(entry) => entry.id}
      columns={[
        { id: "action", header: "Action", primary: true, cell: (entry) => <span className="font-mono">{entry.action}</span> },
        { id: "actor", header: "Who", cell: (entry) => <span className="font-mono text-xs break-all">{entry.actor.id}</span> },
        { id: "target", header: "What", cell: (entry) => <span className="font-mono text-xs break-all">{entry.target.id}</span> },
        { id: "change", header: "Change", cell: (entry) => <Change before={entry.before} after={entry.after} /> },
        { id: "ip", header: "From", cell: (entry) => <span className="font-mono text-xs">{entry.ip ?? "–"}</span> },
        { id: "at", header: "When", align: "right", cell: (entry) => <Time at={entry.created_at} /> },
      ]}
    />
  );
}

function Change({ before, after }: { before: unknown; after: unknown }) {
  if (!before && !after) return <>–</>;
  return (
    <details className="text-left text-xs">
      <summary className="cursor-pointer">Show</summary>
      <pre className="mt-1 max-w-72 font-mono break-all whitespace-pre-wrap">{[before ? `before ${JSON.stringify(before)}` : "", after ? `after ${JSON.stringify(after)}` : ""].filter(Boolean).join("\n")}</pre>
    </details>
  );
}
