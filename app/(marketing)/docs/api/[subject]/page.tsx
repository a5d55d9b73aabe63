import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { apiDocument } from "@/app/api/v1/api-document";
import { ApiSubject } from "@/components/marketing/api-reference";
import { TextPageHeader } from "@/components/marketing/container";
import { DocsLayout } from "@/components/marketing/docs-layout";
import { ViewSwitch } from "@/components/ui/view-switch";
import { LANGUAGES, type Language } from "@/lib/http/openapi/examples";
import { toReference, type SubjectReference } from "@/lib/http/openapi/reference";
import { edgeEnv } from "@/lib/platform/env";

type Props = { params: Promise<{ subject: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

function findSubject(id: string, language: Language): SubjectReference {
  return toReference(apiDocument(edgeEnv().APP_URL), language).find((one) => one.id === id) ?? notFound();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, name, description } = findSubject((await params).subject, "curl");
  return { title: `API: ${name}`, description, alternates: { canonical: `/docs/api/${id}` } };
}

export default async function ApiSubjectPage({ params, searchParams }: Props) {
  const [{ subject: id }, { language: asked }] = await Promise.all([params, searchParams]);
  const language = LANGUAGES.find((one) => one.id === asked) ?? LANGUAGES[0];
  const subject = findSubject(id, language.id);
  const options = LANGUAGES.map((one) => ({ label: one.name, href: one.id === "curl" ? `/docs/api/${id}` : `/docs/api/${id}?language=${one.id}`, current: one.id === language.id }));
  return (
    <DocsLayout>
      <TextPageHeader title={subject.name} lead={subject.description} />
      <ApiSubject subject={subject} languageName={language.name} languageSwitch={<ViewSwitch label="Language of the examples" options={options} look="small" />} />
    </DocsLayout>
  );
}
