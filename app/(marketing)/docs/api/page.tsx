import type { Metadata } from "next";
import { apiDocument } from "@/app/api/v1/api-document";
import { ApiContents } from "@/components/marketing/api-reference";
import { TextPageHeader } from "@/components/marketing/container";
import { DocsLayout } from "@/components/marketing/docs-layout";
import { toReference } from "@/lib/http/openapi/reference";
import { edgeEnv } from "@/lib/platform/env";

export const metadata: Metadata = {
  title: "API reference",
  description: "Every route of the API: parameters, fields, answers, and an example in curl, TypeScript and Python.",
  alternates: { canonical: "/docs/api" },
};

export default function ApiReferencePage() {
  const origin = edgeEnv().APP_URL;
  return (
    <DocsLayout>
      <TextPageHeader title="API reference" lead="Made from the schemas that the API itself parses with. Programs read the same as OpenAPI 3.1." />
      <ApiContents subjects={toReference(apiDocument(origin), "curl")} origin={origin} />
    </DocsLayout>
  );
}
