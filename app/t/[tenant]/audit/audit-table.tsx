import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { AuditDto } from "@/lib/audit/schema";

/** Entries of the log, each with what it changed. `names`: what ids are called now. */
export function AuditTable({ entries, names }: { entries: AuditDto[]; names: ReadonlyMap<string, string> }) {
  return (
    <DataTable
      caption="Audit log of this workspace"
      rows={entries}
      rowKey={(entry) => entry.id}
      columns={[
        { id: "action", header: "Action", primary: true, cell: (entry) => <span className="font-mono">{entry.action}</span> },
        { id: "actor", header: "Who", cell: (entry) => <Named name={names.get(entry.actor.id) ?? ACTORS[entry.actor.type]} id={entry.actor.id} /> },
        { id: "target", header: "What", cell: (entry) => <Named name={names.get(entry.target.id)} id={entry.target.id} /> },
        { id: "change", header: "Change", cell: (entry) => <Change before={entry.before} after={entry.after} /> },
        { id: "ip", header: "From", cell: (entry) => <span className="font-mono text-xs">{entry.ip ?? "–"}</span> },
        { id: "at", header: "When", align: "right", cell: (entry) => <Time at={entry.created_at} /> },
      ]}
    />
  );
}

/** Who acts without a name of their own here. */
const ACTORS: Partial<Record<string, string>> = { platform: "Stint", staff: "Support" };

/** What something is called, with the id that the filters take. */
function Named({ name, id }: { name: string | undefined; id: string }) {
  return (
    <span className="grid">
      {name === undefined ? null : <span className="break-words">{name}</span>}
      <span className="font-mono text-xs break-all text-muted">{id}</span>
    </span>
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
