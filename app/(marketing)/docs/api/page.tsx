import type { Metadata } from "next";
import { apiDocument } from "@/app/api/v1/api-document";
import { ApiReference } from "@/components/marketing/api-reference";
import { TextPageHeader } from "@/components/marketing/container";
import { DocsLayout } from "@/components/marketing/docs-layout";
import { ViewSwitch } from "@/components/ui/view-switch";
import { LANGUAGES } from "@/lib/http/openapi/examples";
import { toReference } from "@/lib/http/openapi/reference";
import { edgeEnv } from "@/lib/platform/env";

export const metadata: Metadata = {
  title: "API reference",
  description: "Every route of the API: parameters, fields, answers, and an example in curl, TypeScript and Python.",
  alternates: { canonical: "/docs/api" },
};

export default async function ApiReferencePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { language: asked } = await searchParams;
  const language = LANGUAGES.find(({ id }) => id === asked)?.id ?? "curl";
  const origin = edgeEnv().APP_URL;
  const options = LANGUAGES.map(({ id, name }) => ({ label: name, href: id === "curl" ? "/docs/api" : `/docs/api?language=${id}`, current: id === language }));
  return (
    <DocsLayout>
      <TextPageHeader title="API reference" lead="Made from the schemas that the API itself parses with. Machines read the same as OpenAPI 3.1." />
      <ApiReference
        tags={toReference(apiDocument(origin), language)}
        origin={origin}
        languageName={LANGUAGES.find(({ id }) => id === language)?.name ?? ""}
        languageSwitch={<ViewSwitch label="Language of the examples" options={options} look="small" />}
      />
    </DocsLayout>
  );
}
