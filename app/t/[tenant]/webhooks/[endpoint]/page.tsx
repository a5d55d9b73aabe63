import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DeliveryFilters } from "@/app/t/[tenant]/webhooks/[endpoint]/delivery-filters";
import { DeliveryTable } from "@/app/t/[tenant]/webhooks/[endpoint]/delivery-table";
import { EndpointFacts } from "@/app/t/[tenant]/webhooks/[endpoint]/endpoint-facts";
import { sendTestEventAction } from "@/app/t/[tenant]/webhooks/actions";
import { EndpointDeeds } from "@/app/t/[tenant]/webhooks/endpoint-deeds";
import { FollowDelivery } from "@/app/t/[tenant]/webhooks/follow-delivery";
import { FormButton } from "@/app/t/[tenant]/webhooks/form-button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { AppError } from "@/lib/core/errors";
import { requireTenantPage } from "@/lib/http/page";
import { listDeliveries } from "@/lib/webhooks/deliveries/service";
import { deliveryListQuerySchema } from "@/lib/webhooks/schema";
import { requireEndpoint } from "@/lib/webhooks/service";

export const metadata: Metadata = { title: "Webhook endpoint" };

type Props = { params: Promise<{ tenant: string; endpoint: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function EndpointPage({ params, searchParams }: Props) {
  const { tenant: given, endpoint: id } = await params;
  const { admission, allows } = await requireTenantPage(given, "webhooks:read");
  const { id: tenantId, slug } = admission.tenant;
  const query = deliveryListQuerySchema.catch({ limit: 20 }).parse(Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== "")));
  const [endpoint, deliveries] = await Promise.all([requireEndpoint(tenantId, id), listDeliveries(tenantId, id, query)]).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  const base = `/t/${slug}/webhooks/${id}`;
  const filter = query.status ? `status=${query.status}` : "";
  const mayWrite = allows("webhooks:write");
  return (
    <>
      <PageHeader
        title={<span className="font-mono text-base break-all">{endpoint.url}</span>} description={endpoint.description || undefined} back={{ href: `/t/${slug}/webhooks`, label: "Webhooks" }}
        action={mayWrite && endpoint.enabled ? <FormButton action={sendTestEventAction} fields={{ tenant: slug, endpoint: id }} variant="primary">Send test event</FormButton> : undefined}
      />
      <EndpointFacts of={endpoint} deeds={mayWrite ? <EndpointDeeds tenant={slug} of={endpoint} /> : null} />
      <section aria-labelledby="deliveries" className="mt-8">
        <h2 id="deliveries" className="mb-4 text-base font-semibold">Deliveries</h2>
        {deliveries.data.length > 0 || query.status ? <DeliveryFilters action={base} status={query.status ?? ""} /> : null}
        {deliveries.data.length > 0 ? <DeliveryTable base={base} deliveries={deliveries.data} /> : (
          <EmptyState title={query.status ? "No deliveries like this" : "No deliveries yet"}>
            {query.status ? "Nothing matches this filter." : "Each event that this endpoint is told of appears here with what was sent and answered, for 30 days. A test event shows whether it arrives."}
          </EmptyState>
        )}
        <Pagination previousHref={query.cursor ? `${base}?${filter}` : undefined} nextHref={deliveries.next_cursor ? `${base}?${filter}&cursor=${deliveries.next_cursor}` : undefined} />
      </section>
      <FollowDelivery nextAt={deliveries.data.map((one) => one.next_attempt_at).filter((at) => at !== null).toSorted()[0] ?? null} />
    </>
  );
}
