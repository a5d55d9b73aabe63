import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ArchiveTool } from "@/app/t/[tenant]/tools/[tool]/archive-tool";
import { EditTool } from "@/app/t/[tenant]/tools/[tool]/edit-tool";
import { OfferedTools } from "@/app/t/[tenant]/tools/[tool]/offered-tools";
import { TestPanel } from "@/app/t/[tenant]/tools/[tool]/test-panel";
import { ToolFacts } from "@/app/t/[tenant]/tools/[tool]/tool-facts";
import { ToolKind } from "@/app/t/[tenant]/tools/tool-kind";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { AppError } from "@/lib/core/errors";
import { requireTenantPage } from "@/lib/http/page";
import { nameOffered } from "@/lib/tools/offered";
import { requireTool } from "@/lib/tools/service";

export const metadata: Metadata = { title: "Tool" };

export default async function ToolPage({ params }: { params: Promise<{ tenant: string; tool: string }> }) {
  const { tenant: slug, tool: id } = await params;
  const { admission, allows } = await requireTenantPage(slug, "tools:read");
  const tool = await requireTool(admission.tenant.id, id).catch(missing);
  const tenant = admission.tenant.slug;
  const mayWrite = allows("tools:write");
  const offered = [...nameOffered(tool.name, tool.offered ?? [])].map(([name, { description }]) => ({ name, description }));
  // There is nothing to choose from before the server has told its tools.
  const mayTest = mayWrite && (tool.kind === "http" || (tool.offered?.length ?? 0) > 0);
  return (
    <>
      <PageHeader
        title={<span className="flex flex-wrap items-center gap-3"><span className="font-mono break-all">{tool.name}</span><ToolKind kind={tool.kind} /></span>} back={{ href: `/t/${tenant}/tools`, label: "Tools" }} description={tool.description}
        action={mayWrite ? <ArchiveTool tenant={tenant} id={tool.id} name={tool.name} /> : undefined}
      />
      <div className="grid grid-cols-1 items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {mayWrite ? (
          <Card className="max-xl:order-last">
            <CardHeader title="Settings" />
            <CardBody><EditTool tenant={tenant} tool={tool} /></CardBody>
          </Card>
        ) : <ToolFacts tool={tool} />}
        <div className="grid grid-cols-1 gap-6">
          {tool.kind === "mcp" ? <OfferedTools tenant={tenant} tool={tool} offered={offered} mayAsk={mayWrite} /> : null}
          {mayTest ? <TestPanel tenant={tenant} tool={tool} /> : null}
        </div>
      </div>
    </>
  );
}

function missing(error: unknown): never {
  if (error instanceof AppError && error.code === "not_found") notFound();
  throw error;
}
