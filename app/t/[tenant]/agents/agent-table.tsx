import { agentPath } from "@/app/t/[tenant]/agents/agent-path";
import { RestoreAgent } from "@/app/t/[tenant]/agents/restore-agent";
import { ReadOnlyBadge } from "@/app/t/[tenant]/read-only";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { MOST_RUNS_COUNTED, type AgentActivity } from "@/lib/agents/activity";
import type { AgentDto } from "@/lib/agents/schema";
import { formatCount } from "@/lib/core/format";

type AgentTableProps = { tenant: string; agents: AgentDto[]; activity: ReadonlyMap<string, AgentActivity>; mayRestore: boolean };

/** Agents as a list: what each is, and what it did lately. Archived ones can be restored from here. */
export function AgentTable({ tenant, agents, activity, mayRestore }: AgentTableProps) {
  const archived = agents.some(({ archived_at }) => archived_at !== null);
  return (
    <DataTable
      caption={archived ? "Archived agents of this workspace" : "Agents of this workspace"}
      rows={agents}
      rowKey={(agent) => agent.id}
      rowHref={(agent) => agentPath(tenant, agent)}
      columns={[
        { id: "name", header: "Name", primary: true, cell: (agent) => (agent.read_only ? <span className="inline-flex flex-wrap items-center gap-2">{agent.name} <ReadOnlyBadge /></span> : agent.name) },
        { id: "slug", header: "Slug", cell: (agent) => <span className="font-mono">{agent.slug}</span> },
        { id: "model", header: "Model", cell: (agent) => <span className="font-mono">{agent.model}</span> },
        { id: "version", header: "Version", align: "right", cell: (agent) => <span className="font-mono tabular-nums">{agent.version}</span> },
        { id: "last", header: "Last run", align: "right", cell: (agent) => <LastRun at={activity.get(agent.id)?.lastRunAt ?? null} /> },
        { id: "runs", header: "Runs this period", align: "right", cell: (agent) => <span className="font-mono tabular-nums">{countOf(activity.get(agent.id)?.runs ?? 0)}</span> },
        ...(archived ? [
          { id: "archived", header: "Archived", align: "right" as const, cell: (agent: AgentDto) => (agent.archived_at ? <Time at={agent.archived_at} /> : null) },
          ...(mayRestore ? [{ id: "deeds", header: "", align: "right" as const, className: "relative z-10", cell: (agent: AgentDto) => <RestoreAgent tenant={tenant} id={agent.id} name={agent.name} /> }] : []),
        ] : []),
      ]}
    />
  );
}

function LastRun({ at }: { at: string | null }) {
  return at ? <Time at={at} /> : <>never</>;
}

function countOf(runs: number): string {
  return runs >= MOST_RUNS_COUNTED ? `${formatCount(MOST_RUNS_COUNTED)}+` : formatCount(runs);
}
