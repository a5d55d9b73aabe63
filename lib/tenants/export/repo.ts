/**
 * Everything of a tenant that leaves in an export, page by page along each table's own key. The columns are named one
 * by one: what is not named here does not leave. Hashes of secrets are not, nor is what only the platform's workers need.
 */
import { Prisma } from "@/prisma/generated/client";
import type { Tx } from "@/lib/platform/db";

export type ExportRow = Record<string, unknown>;
/** Rows after `after`, which is the last row of the page before, or null for the first page. */
export type ReadPage = (tx: Tx, tenantId: string, after: ExportRow | null, most: number) => Promise<ExportRow[]>;

/** Reads along a key of one column. */
function after(column: Prisma.Sql, value: unknown): Prisma.Sql {
  return value === undefined ? Prisma.empty : Prisma.sql`AND ${column} > ${value}`;
}

export const readWorkspace: ReadPage = (tx, tenantId) => tx.$queryRaw`
  SELECT t.id, t.slug, t.name, t.plan_id AS plan, t.period_anchor_at, t.trial_ends_at, t.paused_at, t.pause_reason, t.pause_waived_for, t.overage_enabled, t.spend_limit_micros, t.content_retention_days, t.require_two_factor, t.invitation_domains,
         t.delete_after, t.created_at, ARRAY(SELECT s.slug FROM tenant_slug s WHERE s.tenant_id = ${tenantId} ORDER BY s.retired_at) AS earlier_slugs
  FROM tenant t WHERE t.id = ${tenantId}`;

export const readMembers: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT m.user_id, u.name, u.email, m.role, m.created_at
  FROM member m JOIN user_account u ON u.id = m.user_id
  WHERE m.tenant_id = ${tenantId} ${after(Prisma.sql`m.user_id`, last?.user_id)} ORDER BY m.user_id LIMIT ${most}`;

export const readInvitations: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, email, role, invited_by, expires_at, accepted_at, revoked_at, created_at
  FROM invitation WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readApiKeys: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, name, prefix, scopes, created_by, expires_at, previous_expires_at, allowed_cidrs::text[] AS allowed_cidrs, requests_per_minute, monthly_cap_ms, revoked_at,
         last_used_at, created_at
  FROM api_key WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readAgents: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, slug, name, version, created_by, archived_at, created_at, updated_at
  FROM agent WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readAgentVersions: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT agent_id, version, config, note, created_by, created_at
  FROM agent_version WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (agent_id, version) > (${last.agent_id}, ${last.version})` : Prisma.empty} ORDER BY agent_id, version LIMIT ${most}`;

export const readTools: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, kind, name, description, config, offered, offered_at, created_by, archived_at, created_at, updated_at
  FROM tool WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readModelKeys: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, label, base_url, models, created_by, created_at, updated_at
  FROM model_key WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readSchedules: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, agent_id, input, cron, time_zone, enabled, next_run_at, last_run_id, last_run_at, failure, failed_at, created_by, created_at, updated_at
  FROM schedule WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readRuns: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, agent_id, api_key_id, user_id, status, input, context, output, metadata, model, agent_version, previous_run_id, parent_run_id, parent_seq, root_run_id, depth, error_code, error_message, max_ms, max_spend_micros, executed_ms, lost_ms, input_tokens,
         output_tokens, model_spend_micros, attempt, cancel_requested_at, content_deleted_at, created_at, started_at, finished_at
  FROM run WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readSteps: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT run_id, seq, kind, name, output, detail, finish_reason, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms, created_at
  FROM step WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (run_id, seq) > (${last.run_id}, ${last.seq})` : Prisma.empty} ORDER BY run_id, seq LIMIT ${most}`;

export const readRunEvents: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT run_id, seq, type, data, created_at
  FROM run_event WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (run_id, seq) > (${last.run_id}, ${last.seq})` : Prisma.empty} ORDER BY run_id, seq LIMIT ${most}`;

export const readLedger: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, period_start, meter, quantity, billed, overage, overage_price, api_key_id, agent_id, run_id, reason, occurred_at
  FROM ledger WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (occurred_at, id) > (${last.occurred_at}, ${last.id})` : Prisma.empty} ORDER BY occurred_at, id LIMIT ${most}`;

export const readUsageHourly: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT hour, meter, agent_id, api_key_id, billed, quantity
  FROM usage_hourly
  WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (hour, meter, agent_id, api_key_id, billed) > (${last.hour}, ${last.meter}, ${last.agent_id}, ${last.api_key_id}, ${last.billed})` : Prisma.empty}
  ORDER BY hour, meter, agent_id, api_key_id, billed LIMIT ${most}`;

export const readUsageDaily: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT day, meter, agent_id, api_key_id, billed, quantity
  FROM usage_daily
  WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (day, meter, agent_id, api_key_id, billed) > (${last.day}::date, ${last.meter}, ${last.agent_id}, ${last.api_key_id}, ${last.billed})` : Prisma.empty}
  ORDER BY day, meter, agent_id, api_key_id, billed LIMIT ${most}`;

/** What was agreed with support in place of the plan's limits; at most one row. */
export const readAgreedLimits: ReadPage = (tx, tenantId) => tx.$queryRaw`
  SELECT minutes_ms, model_spend_micros, api_calls, overage_micros_per_minute, requests_per_minute, concurrent_runs, queue_depth, longest_run_ms, agents, members, reason, starts_at, expires_at,
         updated_at
  FROM tenant_override WHERE tenant_id = ${tenantId}`;

export const readAlertRules: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT api_key_id, meter, percent, created_at
  FROM alert_rule
  WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (api_key_id, meter, percent) > (${last.api_key_id}, ${last.meter}, ${last.percent})` : Prisma.empty}
  ORDER BY api_key_id, meter, percent LIMIT ${most}`;

export const readUsageAlerts: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, kind, api_key_id, meter, period_start, percent, used, quota, cap, crossed_at, notified_at, dismissed_at
  FROM usage_alert WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

/** Without the secrets: what is sealed does not leave. */
export const readWebhookEndpoints: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, url, description, event_types, enabled, disabled_at, disabled_reason, previous_secret_expires_at, failing_since, last_attempt_at, last_success_at, created_by, created_at, deleted_at
  FROM webhook_endpoint WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readWebhookEvents: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, type, payload, created_at, fanned_out_at
  FROM webhook_event WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readWebhookDeliveries: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, endpoint_id, event_id, status, attempts, next_attempt_at, created_at, finished_at
  FROM webhook_delivery WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readWebhookAttempts: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT delivery_id, seq, at, duration_ms, status_code, error, response
  FROM webhook_attempt WHERE tenant_id = ${tenantId} ${last ? Prisma.sql`AND (delivery_id, seq) > (${last.delivery_id}, ${last.seq})` : Prisma.empty} ORDER BY delivery_id, seq LIMIT ${most}`;

/** Each entry with its link of the chain; without one while it is too new to be sealed. */
export const readAuditLog: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT a.id, a.actor_type, a.actor_id, a.action, a.target_type, a.target_id, a.before, a.after, a.ip, a.request_id, a.created_at,
         s.seq AS seal_seq, s.previous_hash AS seal_previous_hash, s.hash AS seal_hash, s.sealed_at
  FROM audit_log a LEFT JOIN audit_seal s ON s.tenant_id = a.tenant_id AND s.audit_id = a.id
  WHERE a.tenant_id = ${tenantId} ${after(Prisma.sql`a.id`, last?.id)} ORDER BY a.id LIMIT ${most}`;

export const readBilling: ReadPage = (tx, tenantId) => tx.$queryRaw`
  SELECT customer_id, subscription_id, status, plan_id, price_cents, anchor_at, period_start, period_end, trial_starts_at, trial_ends_at, cancel_at, ended_at, scheduled_plan_id, scheduled_at, past_due_since,
         card, email, country, tax_ids, discount, pending, balance_cents, created_at
  FROM billing_account WHERE tenant_id = ${tenantId}`;

export const readContract: ReadPage = (tx, tenantId) => tx.$queryRaw`
  SELECT price_cents, payment, days_until_due, starts_at, ends_at, terms, updated_at FROM contract WHERE tenant_id = ${tenantId}`;

export const readInvoices: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, subscription_id, number, status, reason, currency, subtotal_cents, tax_cents, reverse_charge, total_cents, due_cents, paid_cents, refunded_cents, lines, note, period_start, period_end, hosted_url, pdf_url,
         attempts, next_attempt_at, due_at, created_at, finalized_at, paid_at
  FROM billing_invoice WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readRefundsAndDisputes: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, kind, invoice_id, charge_id, amount_cents, status, reason, created_at
  FROM billing_flag WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readMeterReports: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, period_start, from_micros, to_micros, event_at, late, created_at, sent_at
  FROM meter_report WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;

export const readCredits: ReadPage = (tx, tenantId, last, most) => tx.$queryRaw`
  SELECT id, key, period_start, micros, cents, reason, created_at, sent_at
  FROM billing_credit WHERE tenant_id = ${tenantId} ${after(Prisma.sql`id`, last?.id)} ORDER BY id LIMIT ${most}`;
