import type { Metadata } from "next";
import { readAgentChoices } from "@/app/t/[tenant]/agents/choices";
import { AgentForm } from "@/app/t/[tenant]/agents/new/agent-form";
import { TemplateChoice } from "@/app/t/[tenant]/agents/new/template-choice";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { toFormValues } from "@/lib/agents/form";
import { BUILT_IN_MODEL } from "@/lib/agents/models";
import { AGENT_TEMPLATES, findTemplate } from "@/lib/agents/templates";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "New agent" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function NewAgentPage({ params, searchParams }: Props) {
  const { admission } = await requireTenantPage((await params).tenant, "agents:write");
  const { template: asked } = await searchParams;
  const template = findTemplate(typeof asked === "string" ? asked : undefined);
  const choices = await readAgentChoices(admission.tenant.id, null);
  const base = `/t/${admission.tenant.slug}/agents`;
  const blank = template.id === "blank";
  return (
    <>
      <PageHeader title="New agent" back={{ href: base, label: "Agents" }} description="Begin with a template, or with nothing. Everything can be changed later; every save is a version." />
      <TemplateChoice base={`${base}/new`} templates={AGENT_TEMPLATES} current={template} />
      {choices.models.some(({ id }) => id === BUILT_IN_MODEL.id) && !blank ? <Notice title={`With ${BUILT_IN_MODEL.name}`} className="mb-8 max-w-2xl">{template.builtIn}</Notice> : null}
      <AgentForm key={template.id} tenant={admission.tenant.slug} initial={toFormValues(blank ? "" : template.name, { ...template.config, model: choices.models[0]?.id ?? "" })} choices={choices} />
    </>
  );
}
