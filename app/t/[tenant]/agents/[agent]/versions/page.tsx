import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { agentPath } from "@/app/t/[tenant]/agents/agent-path";
import { CompareForm } from "@/app/t/[tenant]/agents/[agent]/versions/compare-form";
import { Comparison } from "@/app/t/[tenant]/agents/[agent]/versions/comparison";
import { VersionTable } from "@/app/t/[tenant]/agents/[agent]/versions/version-table";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { versionListQuerySchema } from "@/lib/agents/schema";
import { listDelegateChoices, requireAgent } from "@/lib/agents/service";
import { listAgentVersions, nameMakers, requireAgentVersion } from "@/lib/agents/versions";
import { AppError } from "@/lib/core/errors";
import { requireTenantPage } from "@/lib/http/page";
import { listToolChoices } from "@/lib/tools/lookup";

export const metadata: Metadata = { title: "Versions" };

type Props = { params: Promise<{ tenant: string; agent: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function VersionsPage({ params, searchParams }: Props) {
  const { tenant: slug, agent: named } = await params;
  const { admission, allows } = await requireTenantPage(slug, "agents:read");
  const { id: tenantId, slug: tenant } = admission.tenant;
  const agent = await requireAgent(tenantId, named).catch(none);
  if (!agent) notFound();
  const search = await searchParams;
  const query = versionListQuerySchema.catch({ limit: 20 }).parse(search);
  const versions = await listAgentVersions(tenantId, agent.id, query);
  const [from, to] = [numberOf(search.from), numberOf(search.to)];
  const [makers, others, tools, before, after] = await Promise.all([
    nameMakers(tenantId, versions.data.map(({ created_by }) => created_by)), listDelegateChoices(tenantId), listToolChoices(tenantId),
    from ? requireAgentVersion(tenantId, agent.id, from).catch(none) : null, to ? requireAgentVersion(tenantId, agent.id, to).catch(none) : null,
  ]);
  const path = agentPath(tenant, agent);
  const here = `${path}/versions`;
  const choices = [...new Set([...versions.data.map(({ version }) => version), ...[before, after].flatMap((one) => (one ? [one.version] : []))])].sort((one, other) => other - one);
  return (
    <>
      <PageHeader title="Versions" back={{ href: path, label: agent.name }} description={<>Every save of <span className="font-mono">{agent.slug}</span> is kept. Runs execute the newest one.</>} />
      {choices.length > 1 ? <CompareForm action={here} versions={choices} from={before?.version ?? choices[1] ?? 1} to={after?.version ?? agent.version} /> : null}
      {(from ?? to) && !(before && after) ? <Notice tone="warn" className="mb-8">There are no such two versions of this agent. Choose two of them.</Notice> : null}
      {before && after ? <Comparison from={before} to={after} names={new Map([...others, ...tools].map(({ id, name }) => [id, name]))} /> : null}
      <VersionTable tenant={tenant} agent={agent} here={here} versions={versions.data} makers={makers} mayRollBack={allows("agents:write") && !agent.archived_at && !agent.read_only} />
      <Pagination previousHref={query.cursor ? here : undefined} nextHref={versions.next_cursor ? `${here}?cursor=${versions.next_cursor}` : undefined} />
    </>
  );
}

function numberOf(value: string | string[] | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function none(error: unknown): null {
  if (error instanceof AppError && error.code === "not_found") return null;
  throw error;
}
