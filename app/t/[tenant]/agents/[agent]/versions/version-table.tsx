import Link from "next/link";
import { RollBack } from "@/app/t/[tenant]/agents/[agent]/versions/roll-back";
import { Badge } from "@/components/ui/badge";
import { buttonVariants } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { AgentDto, AgentVersionSummary } from "@/lib/agents/schema";

type VersionTableProps = {
  tenant: string;
  agent: AgentDto;
  /** Address of the page of versions. */
  here: string;
  versions: AgentVersionSummary[];
  /** Names of members and keys, by id. */
  makers: ReadonlyMap<string, string>;
  mayRollBack: boolean;
};

/** The history of an agent: who saved what when, and the way back. */
export function VersionTable({ tenant, agent, here, versions, makers, mayRollBack }: VersionTableProps) {
  return (
    <DataTable
      caption={`Versions of ${agent.name}`}
      rows={versions}
      rowKey={({ version }) => String(version)}
      columns={[
        { id: "version", header: "Version", primary: true, cell: ({ version }) => <span className="inline-flex items-center gap-2"><span className="font-medium">Version {version}</span>{" "}{version === agent.version ? <Badge tone="ok">newest</Badge> : null}</span> },
        { id: "who", header: "Who", cell: ({ created_by }) => makerOf(created_by, makers) },
        { id: "note", header: "What changed", cell: ({ note }) => <span className="wrap-anywhere">{note ?? "–"}</span> },
        { id: "when", header: "When", align: "right", cell: ({ created_at }) => <Time at={created_at} /> },
        {
          id: "deeds", header: "", align: "right", cell: ({ version }) => (
            <span className="inline-flex">
              {version > 1 ? <Link href={`${here}?from=${version - 1}&to=${version}`} className={buttonVariants({ variant: "ghost", size: "sm" })} aria-label={`Compare version ${version - 1} with version ${version}`}>Compare</Link> : null}
              {mayRollBack && version !== agent.version ? <RollBack tenant={tenant} agent={agent.id} version={version} current={agent.version} /> : null}
            </span>
          ),
        },
      ]}
    />
  );
}

function makerOf(id: string, makers: ReadonlyMap<string, string>): string {
  const name = makers.get(id);
  if (id.startsWith("key_")) return name === undefined ? "an API key" : `API key “${name}”`;
  return name ?? "somebody who left";
}
