import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AttemptList } from "@/app/t/[tenant]/webhooks/[endpoint]/[delivery]/attempt-list";
import { replayDeliveryAction } from "@/app/t/[tenant]/webhooks/actions";
import { FollowDelivery } from "@/app/t/[tenant]/webhooks/follow-delivery";
import { FormButton } from "@/app/t/[tenant]/webhooks/form-button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { DeliveryBadge } from "@/components/webhooks/badges";
import { AppError } from "@/lib/core/errors";
import { requireTenantPage } from "@/lib/http/page";
import { requireDelivery } from "@/lib/webhooks/deliveries/service";
import { requireEndpoint } from "@/lib/webhooks/service";

export const metadata: Metadata = { title: "Webhook delivery" };

export default async function DeliveryPage({ params }: { params: Promise<{ tenant: string; endpoint: string; delivery: string }> }) {
  const { tenant: given, endpoint: endpointId, delivery: id } = await params;
  const { admission, allows } = await requireTenantPage(given, "webhooks:read");
  const { id: tenantId, slug } = admission.tenant;
  const [endpoint, delivery] = await Promise.all([requireEndpoint(tenantId, endpointId), requireDelivery(tenantId, id)]).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  if (delivery.endpoint_id !== endpoint.id) notFound();
  const { status, attempts, next_attempt_at: next } = delivery;
  return (
    <>
      <PageHeader
        title={<span className="flex flex-wrap items-center gap-3"><span className="font-mono text-base">{delivery.event_type}</span> <DeliveryBadge status={status} /></span>}
        description={<>to <span className="font-mono break-all">{endpoint.url}</span></>}
        back={{ href: `/t/${slug}/webhooks/${endpoint.id}`, label: "Endpoint" }}
        action={allows("webhooks:write") && endpoint.enabled ? <FormButton action={replayDeliveryAction} fields={{ tenant: slug, delivery: id }}>Replay</FormButton> : undefined}
      />
      <div className="grid grid-cols-1 gap-8">
        {status === "pending" && next && attempts > 0 ? <Notice>The next attempt is due <Time at={next} look="absolute" />. “Replay” sends it now.</Notice> : null}
        {status === "canceled" ? <Notice>The endpoint was disabled before this arrived. Enable it, then replay.</Notice> : null}
        <AttemptList attempts={delivery.log} total={attempts} />
        <Card>
          <CardHeader title="Payload" description={<>The body of every attempt, with <span className="font-mono break-all">webhook-id: {delivery.event_id}</span></>} />
          <CardBody><CodeBlock title="JSON" code={JSON.stringify(delivery.payload, null, 2)} /></CardBody>
        </Card>
      </div>
      <FollowDelivery nextAt={next} />
    </>
  );
}
