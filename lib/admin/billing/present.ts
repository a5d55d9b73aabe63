import type { EventListRow, EventRow, OverviewRow } from "@/lib/admin/billing/repo";
import type { BillingOverview, EventStatus, StripeEventDetail, StripeEventRow } from "@/lib/admin/billing/schema";
import type { StripeCheck } from "@/lib/billing/comparison/schema";

export function toEventRow(row: EventListRow): StripeEventRow {
  return {
    id: row.id, type: row.type, objectId: row.object_id, status: toStatus(row.status), outcome: row.outcome, error: row.error, deliveries: row.deliveries, attempts: row.attempts,
    createdAt: iso(row.created_at), receivedAt: iso(row.received_at), handledAt: row.handled_at === null ? null : iso(row.handled_at),
    tenant: row.tenant_id !== null && row.slug !== null ? { id: row.tenant_id, slug: row.slug, name: row.name ?? "" } : null,
  };
}

export function toEventDetail(row: EventRow): StripeEventDetail {
  return { ...toEventRow(row), apiVersion: row.api_version, retryAt: row.retry_at === null ? null : iso(row.retry_at), payload: row.payload };
}

export function toOverview({ flags, past_due, failed_events, comparison }: OverviewRow): BillingOverview {
  return {
    flags: flags.map((row) => ({
      id: row.id, kind: row.kind, invoiceId: row.invoice_id, chargeId: row.charge_id, amountCents: row.amount_cents, status: row.status, reason: row.reason, createdAt: iso(row.created_at),
      tenant: { id: row.tenant_id, slug: row.slug, name: row.name },
    })),
    pastDue: past_due.map((row) => ({
      tenant: { id: row.tenant_id, slug: row.slug, name: row.name }, customerId: row.customer_id, status: row.status, planId: row.plan_id, planInForce: row.plan_in_force, since: iso(row.past_due_since), owedCents: row.owed_cents,
    })),
    failedEvents: failed_events.map((row) => ({
      id: row.id, type: row.type, status: toStatus(row.status), error: row.error, attempts: row.attempts, deliveries: row.deliveries, receivedAt: iso(row.received_at),
      retryAt: row.retry_at === null ? null : iso(row.retry_at), tenant: named(row),
    })),
    comparison: comparison && {
      startedAt: iso(comparison.started_at), finishedAt: iso(comparison.finished_at), tenants: comparison.tenants, total: comparison.differences,
      differences: comparison.list.map((row) => ({
        // Only the comparison writes these rows, by these names.
        check: row.check_name as StripeCheck, periodStart: row.period_start === null ? null : iso(row.period_start), subject: row.subject, expected: row.expected_word ?? "", found: row.found_word ?? "", tenant: named(row),
      })),
    },
  };
}

function named({ slug, name }: { slug: string | null; name: string | null }): { slug: string; name: string } | null {
  return slug === null ? null : { slug, name: name ?? "" };
}

function toStatus(status: string): EventStatus {
  // The table's own check lets only these in.
  return status as EventStatus;
}

function iso(at: Date | string): string {
  return new Date(at).toISOString();
}
