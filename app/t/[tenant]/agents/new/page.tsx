import type { Metadata } from "next";
import { AgentForm } from "@/app/t/[tenant]/agents/new/agent-form";
import { PageHeader } from "@/components/ui/page-header";
import { requireTenantPage } from "@/lib/http/page";
import { modelCatalogue } from "@/lib/platform/model";

export const metadata: Metadata = { title: "New agent" };

export default async function NewAgentPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission } = await requireTenantPage((await params).tenant, "agents:write");
  const models = modelCatalogue().map(({ id, name }) => ({ id, name }));
  return (
    <>
      <PageHeader title="New agent" back={{ href: `/t/${admission.tenant.slug}/agents`, label: "Agents" }} />
      <AgentForm tenant={admission.tenant.slug} models={models} />
    </>
  );
}
