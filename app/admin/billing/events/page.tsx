import type { Metadata } from "next";
import Link from "next/link";
import { EventFilters } from "@/app/admin/billing/events/event-filters";
import { EventTable } from "@/app/admin/billing/events/event-table";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { eventListQuerySchema } from "@/lib/admin/billing/schema";
import { listStripeEvents, MOST_COUNTED } from "@/lib/admin/billing/service";
import { formatCount } from "@/lib/core/format";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Stripe’s events" };

const BASE = "/admin/billing/events";

export default async function StripeEventsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const { user } = await requireStaffPage();
  const given = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== ""));
  const query = eventListQuerySchema.catch({ status: "not_ignored", limit: 50 }).parse(given);
  const { events, nextCursor, hidden } = await listStripeEvents(user.id, query);
  const values = { type: query.type ?? "", status: query.status, workspace: query.workspace ?? "" };
  const filters = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== "not_ignored"));
  const next = new URLSearchParams([...filters, ["cursor", nextCursor ?? ""]]);
  const filtered = filters.size > 0;
  const ignored = `${BASE}?${new URLSearchParams([...filters, ["status", "ignored"]])}`;
  return (
    <>
      <PageHeader title="Stripe’s events" description="Every event that Stripe ever delivered, newest first, and what was done about it." back={{ href: "/admin/billing", label: "Billing" }} />
      <EventFilters values={values} />
      {hidden > 0 ? (
        <p className="mb-4 text-sm text-muted">
          {hidden === 1 ? "One event that is" : `${hidden >= MOST_COUNTED ? `${formatCount(MOST_COUNTED)} or more` : formatCount(hidden)} events that are`} nobody’s business here {hidden === 1 ? "is" : "are"} not shown.{" "}
          <Link href={ignored} className="text-accent-ink underline underline-offset-4">Show ignored events</Link>
        </p>
      ) : null}
      {events.length > 0 ? (
        <>
          <EventTable events={events} />
          <Pagination previousHref={query.cursor ? `${BASE}?${filters}` : undefined} nextHref={nextCursor ? `${BASE}?${next}` : undefined} />
        </>
      ) : (
        <EmptyState title={filtered || hidden > 0 ? "No events like this" : "No events yet"} action={filtered || hidden > 0 ? <Button asChild variant="secondary"><Link href={`${BASE}?status=all`}>Show all events</Link></Button> : undefined}>
          {filtered || hidden > 0 ? "Nothing matches these filters." : "Give Stripe the address /api/stripe/webhook of this installation as an endpoint. Whatever it delivers is written down here first."}
        </EmptyState>
      )}
    </>
  );
}
