import type { Metadata } from "next";
import { CreateEndpoint } from "@/app/t/[tenant]/webhooks/create-endpoint";
import { EndpointDeeds } from "@/app/t/[tenant]/webhooks/endpoint-deeds";
import { WebhookNotices } from "@/app/t/[tenant]/webhooks/webhook-notices";
import { CodeBlock } from "@/components/ui/code-block";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { Time } from "@/components/ui/time";
import { EndpointHealth } from "@/components/webhooks/badges";
import { VERIFY_SNIPPET } from "@/components/webhooks/verify-snippet";
import { pageQuerySchema } from "@/lib/core/pagination";
import { requireTenantPage } from "@/lib/http/page";
import { ALL_EVENTS } from "@/lib/webhooks/schema";
import { listEndpoints } from "@/lib/webhooks/service";

export const metadata: Metadata = { title: "Webhooks" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function WebhooksPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "webhooks:read");
  const page = pageQuerySchema.catch({ limit: 20 }).parse(await searchParams);
  const endpoints = await listEndpoints(admission.tenant.id, page);
  const { slug } = admission.tenant;
  const base = `/t/${slug}/webhooks`;
  const mayWrite = allows("webhooks:write");
  return (
    <>
      {/* The dialog stays in its place when the list changes under it: it shows a secret, once. */}
      <PageHeader title="Webhooks" description="Your own addresses that are told when a run ends, a threshold is reached, the workspace is paused or a key ends." action={mayWrite ? <CreateEndpoint tenant={slug} /> : undefined} />
      <WebhookNotices tenant={admission.tenant} />
      {endpoints.data.length === 0 ? (
        <EmptyState title="No endpoints yet" sample={<CodeBlock title="Check a delivery (TypeScript)" code={VERIFY_SNIPPET} />}>
          Instead of asking again and again how a run is, give an address that is told. Each delivery is signed by Standard Webhooks and sent again, for a day, until your endpoint answers with 2xx.
        </EmptyState>
      ) : (
        <>
          <DataTable
            caption="Webhook endpoints of this workspace"
            rows={endpoints.data}
            rowKey={(endpoint) => endpoint.id}
            rowHref={(endpoint) => `${base}/${endpoint.id}`}
            columns={[
              { id: "url", header: "Endpoint", primary: true, cell: (endpoint) => <span className="font-mono break-all">{endpoint.url}</span> },
              { id: "description", header: "Description", wideOnly: true, cell: (endpoint) => endpoint.description || "–" },
              { id: "events", header: "Events", cell: (endpoint) => <span className="font-mono text-xs">{endpoint.event_types.includes(ALL_EVENTS) ? "all" : endpoint.event_types.join(" ")}</span> },
              { id: "health", header: "Health", cell: (endpoint) => <EndpointHealth of={endpoint} /> },
              { id: "last", header: "Last attempt", align: "right", cell: (endpoint) => (endpoint.last_attempt_at ? <Time at={endpoint.last_attempt_at} /> : "never") },
              { id: "deeds", header: "", align: "right", cell: (endpoint) => (mayWrite ? <EndpointDeeds tenant={slug} of={endpoint} /> : null) },
            ]}
          />
          <Pagination previousHref={page.cursor ? base : undefined} nextHref={endpoints.next_cursor ? `${base}?cursor=${endpoints.next_cursor}` : undefined} />
        </>
      )}
    </>
  );
}
