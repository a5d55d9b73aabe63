import type { Metadata } from "next";
import Link from "next/link";
import { NewTool } from "@/app/t/[tenant]/tools/new/new-tool";
import { cn } from "@/components/ui/cn";
import { PageHeader } from "@/components/ui/page-header";
import { requireTenantPage } from "@/lib/http/page";
import { TOOL_KINDS } from "@/lib/tools/schema";

export const metadata: Metadata = { title: "New tool" };

const KINDS = { http: { title: "HTTP endpoint", text: "One request to an API of yours, with the arguments that the model chose." }, mcp: { title: "MCP server", text: "All tools that a server offers, as they are when a run begins." } };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function NewToolPage({ params, searchParams }: Props) {
  const { admission } = await requireTenantPage((await params).tenant, "tools:write");
  const kind = (await searchParams).kind === "mcp" ? "mcp" : "http";
  const base = `/t/${admission.tenant.slug}/tools`;
  return (
    <>
      <PageHeader title="New tool" back={{ href: base, label: "Tools" }} />
      <nav aria-label="Kind of tool" className="mb-8 grid max-w-2xl grid-cols-1 gap-3 sm:grid-cols-2">
        {TOOL_KINDS.map((one) => (
          <Link
            key={one} href={`${base}/new?kind=${one}`} aria-current={one === kind ? "page" : undefined} replace
            className={cn("rounded-lg border bg-surface p-4", one === kind ? "border-accent-ink" : "border-line hover:border-control")}
          >
            <span className="block font-medium">{KINDS[one].title}</span>
            <span className="mt-1 block text-sm text-muted">{KINDS[one].text}</span>
          </Link>
        ))}
      </nav>
      <NewTool key={kind} tenant={admission.tenant.slug} kind={kind} />
    </>
  );
}
