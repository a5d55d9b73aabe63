import { AppError } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { DAY_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { noticesToShow, type Alert } from "@/lib/alerts/policy";
import { dismissAlertRows, listAlertRows } from "@/lib/alerts/repo";
import type { AlertDto } from "@/lib/alerts/schema";
import { alertWords, type Situation } from "@/lib/alerts/words";
import { recordAudit, type Actor } from "@/lib/audit/service";
import type { Admission } from "@/lib/limits/admission";

/** Rules and keys are few, so a period has few crossings; more than these are history. */
const MOST_READ = 200;
const MOST_PAST = 50;
const GRAVITY: Record<AlertDto["tone"], number> = { bad: 2, warn: 1, info: 0 };

/** What is worth a notice in this workspace now: the gravest first, and of those the newest. */
export async function listNotices(by: Admission): Promise<AlertDto[]> {
  const at = new Date();
  // An anomaly's period is its hour, which may lie before the period.
  const since = new Date(Math.min(by.period.start.getTime(), at.getTime() - 2 * DAY_MS));
  const alerts = await withTenant(by.tenant.id, (tx) => listAlertRows(tx, by.tenant.id, { since, most: MOST_READ }));
  const standing = {
    agent_ms: { used: by.usage.ms, quota: by.quotas.ms }, model_micros: { used: by.usage.micros, quota: by.quotas.micros }, api_calls: { used: by.usage.calls, quota: by.caps.calls },
  };
  const notices = noticesToShow(alerts, { at, periodStart: by.period.start, standing }).map((alert) => toAlertDto(alert, situationOf(by)));
  return notices.sort((one, two) => GRAVITY[two.tone] - GRAVITY[one.tone]);
}

/** The workspace's latest alerts, newest first, dismissed ones too. */
export async function listPastAlerts(by: Admission): Promise<AlertDto[]> {
  const alerts = await withTenant(by.tenant.id, (tx) => listAlertRows(tx, by.tenant.id, { most: MOST_PAST }));
  return alerts.map((alert) => toAlertDto(alert, situationOf(by)));
}

/** Takes a notice, and the lower ones of its subject, off everybody's pages. Dismissing twice is no error. @throws AppError `not_found` */
export async function dismissAlert(actor: Actor, id: string): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const [alert] = isId("alr", id) ? await listAlertRows(tx, tenantId, { id, most: 1 }) : [];
    if (!alert) throw new AppError("not_found", "There is no such notice in this workspace.");
    if ((await dismissAlertRows(tx, tenantId, alert, new Date())) === 0) return;
    await recordAudit(tx, actor, { action: "usage_alert.dismissed", targetType: "usage_alert", targetId: id, after: { meter: alert.meter, percent: alert.percent } });
  });
}

function situationOf(by: Admission): Situation {
  return { overage: by.overage, pauseReason: by.tenant.pauseReason };
}

function toAlertDto(alert: Alert, situation: Situation): AlertDto {
  const { title, figure, now, tone } = alertWords(alert, situation);
  return { id: alert.id, ofKey: alert.key !== null, title, figure, now, tone, at: alert.crossedAt.toISOString() };
}
