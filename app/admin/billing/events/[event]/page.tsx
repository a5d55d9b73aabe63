import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { EventBadge } from "@/app/admin/billing/event-badge";
import { ReplayEvent } from "@/app/admin/billing/events/[event]/replay-event";
import { WorkspaceLink } from "@/app/admin/billing/workspace-link";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { getStripeEvent } from "@/lib/admin/billing/service";
import { formatCount } from "@/lib/core/format";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Stripe’s event" };

export default async function StripeEventPage({ params }: { params: Promise<{ event: string }> }) {
  const { user } = await requireStaffPage();
  const event = await getStripeEvent(user.id, (await params).event);
  if (!event) notFound();
  const facts: [string, React.ReactNode][] = [
    ["Event", <span key="id" className="inline-flex min-w-0 items-center gap-1"><span className="font-mono break-all">{event.id}</span><CopyButton text={event.id} label="Copy event id" /></span>],
    ["Workspace", <WorkspaceLink key="workspace" tenant={event.tenant} />],
    ["About", <span key="object" className="font-mono break-all">{event.objectId ?? "nothing"}</span>],
    ["Made at Stripe", <Time key="made" at={event.createdAt} look="absolute" />],
    ["Came first", <Time key="came" at={event.receivedAt} look="absolute" />],
    ["Delivered", event.deliveries === 1 ? "once" : `${event.deliveries} times`],
    ["Attempts", String(event.attempts)],
    ["Handled", event.handledAt ? <Time key="handled" at={event.handledAt} look="absolute" /> : "not yet"],
    ["API version", <span key="version" className="font-mono">{event.apiVersion ?? "–"}</span>],
  ];
  return (
    <>
      <PageHeader
        title={<span className="flex flex-wrap items-center gap-3"><span className="font-mono text-base break-all">{event.type}</span> <EventBadge status={event.status} /></span>}
        back={{ href: "/admin/billing/events", label: "Stripe’s events" }}
        action={<ReplayEvent event={event.id} />}
      />
      <div className="grid grid-cols-1 gap-8">
        {event.error ? <Notice tone="bad" title="What went wrong">{event.error}</Notice> : null}
        <Card>
          <CardHeader title="What was done" description={event.outcome ?? "Nothing yet."} />
          <CardBody>
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
              {facts.map(([term, fact]) => <div key={term} className="contents"><dt className="text-muted">{term}</dt><dd className="min-w-0">{fact}</dd></div>)}
            </dl>
            {event.tenant ? <p className="mt-4 text-sm"><Link href={`/admin/billing/events?workspace=${event.tenant.slug}`} className="text-accent-ink underline underline-offset-4">All events of this workspace</Link></p> : null}
          </CardBody>
        </Card>
        <Card>
          <CardHeader title="Payload" description="As Stripe delivered it. Nothing is taken from it but ids: what it is about is fetched." />
          <CardBody><Payload text={JSON.stringify(event.payload, null, 2)} /></CardBody>
        </Card>
      </div>
    </>
  );
}

/** Shut, because it is long and what was done stands above. Opens without JavaScript, and scrolls inside itself. */
function Payload({ text }: { text: string }) {
  return (
    <details className="group">
      <summary className="flex min-h-10 list-none items-center gap-2 text-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
        <span className="font-medium">Show the JSON</span>
        <span className="text-xs text-muted">{formatCount(text.split("\n").length)} lines</span>
      </summary>
      <CodeBlock title="JSON" code={text} className="mt-2 [&_pre]:max-h-[28rem] [&_pre]:overflow-y-auto" />
    </details>
  );
}
