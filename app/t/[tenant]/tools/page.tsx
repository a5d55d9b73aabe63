import type { Metadata } from "next";
import Link from "next/link";
import { ToolKind } from "@/app/t/[tenant]/tools/tool-kind";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { Time } from "@/components/ui/time";
import { pageQuerySchema } from "@/lib/core/pagination";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { listTools } from "@/lib/tools/service";

export const metadata: Metadata = { title: "Tools" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function ToolsPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "tools:read");
  const page = pageQuerySchema.catch({ limit: 20 }).parse(await searchParams);
  const tools = await listTools(admission.tenant.id, page);
  const base = `/t/${admission.tenant.slug}/tools`;
  const create = allows("tools:write") ? <Button asChild variant="primary"><Link href={`${base}/new`}>New tool</Link></Button> : undefined;
  return (
    <>
      <PageHeader title="Tools" description="What your agents may call while they run." action={tools.data.length > 0 ? create : undefined} />
      {tools.data.length === 0 ? (
        <EmptyState title="No tools yet" action={create} sample={<CodeBlock title="From a program" code={sample(publicOrigin())} />}>
          A tool is an HTTP endpoint or an MCP server of yours. An agent that may use it decides when to call it, with which arguments; your secrets stay here.
        </EmptyState>
      ) : (
        <>
          <DataTable
            caption="Tools of this workspace"
            rows={tools.data}
            rowKey={(tool) => tool.id}
            rowHref={(tool) => `${base}/${tool.id}`}
            columns={[
              { id: "name", header: "Name", primary: true, cell: (tool) => <span className="font-mono">{tool.name}</span> },
              { id: "kind", header: "Kind", cell: (tool) => <ToolKind kind={tool.kind} /> },
              { id: "calls", header: "Calls", cell: (tool) => <span className="font-mono text-xs break-all">{tool.method ? `${tool.method} ` : ""}{tool.url}</span> },
              { id: "changed", header: "Changed", align: "right", cell: (tool) => <Time at={tool.updated_at} /> },
            ]}
          />
          <Pagination previousHref={page.cursor ? base : undefined} nextHref={tools.next_cursor ? `${base}?cursor=${tools.next_cursor}` : undefined} />
        </>
      )}
    </>
  );
}

function sample(origin: string): string {
  return `curl ${origin}/api/v1/tools \\
  -H "Authorization: Bearer $STINT_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "kind": "http",
    "name": "find_order",
    "description": "Looks up an order by its number.",
    "url": "https://api.example.com/orders/{number}",
    "headers": { "Authorization": "Bearer …" },
    "input_schema": {
      "type": "object",
      "properties": { "number": { "type": "string" } },
      "required": ["number"]
    }
  }'`;
}
