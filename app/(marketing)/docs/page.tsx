import type { Metadata } from "next";
import { apiDocument } from "@/app/api/v1/api-document";
import { TextPageHeader } from "@/components/marketing/container";
import { DocsLayout } from "@/components/marketing/docs-layout";
import { DocsOpenAi } from "@/components/marketing/docs-openai";
import { DocsReference } from "@/components/marketing/docs-reference";
import { DocsRuns } from "@/components/marketing/docs-runs";
import { DocsStart } from "@/components/marketing/docs-start";
import { DocsUsage } from "@/components/marketing/docs-usage";
import { DocsWebhooks } from "@/components/marketing/docs-webhooks";
import { toReference } from "@/lib/http/openapi/reference";
import { edgeEnv } from "@/lib/platform/env";

export const metadata: Metadata = {
  title: "Documentation",
  description: "Quick start and API reference: keys, runs, streaming, webhooks, usage, limits and errors.",
  alternates: { canonical: "/docs" },
};

export default function DocsPage() {
  const origin = edgeEnv().APP_URL;
  const routes = toReference(apiDocument(origin), "curl").flatMap(({ id, operations }) => operations.map((one) => ({ subject: id, ...one })));
  return (
    <DocsLayout>
      <TextPageHeader title="Documentation" lead="One HTTP API in JSON. What is on this page exists in this version; nothing else does." />
      <DocsStart origin={origin} />
      <DocsRuns origin={origin} />
      <DocsOpenAi origin={origin} />
      <DocsWebhooks origin={origin} />
      <DocsUsage origin={origin} />
      <DocsReference origin={origin} routes={routes} />
    </DocsLayout>
  );
}
