import { DAY_MS } from "@/lib/core/time";
import type { AlertMeter } from "@/lib/alerts/schema";

/** A recorded alert with what its key, if it is about one, has now. Quantities in the meter's own unit. */
export type Alert = {
  id: string;
  kind: "threshold" | "anomaly";
  meter: AlertMeter | "cost_micros";
  /** Null: about the workspace. */
  key: { id: string; name: string; capMs: number | null; usedMs: number } | null;
  /** Start of the period; of the hour, for an anomaly. */
  periodStart: Date;
  percent: number;
  used: number;
  /** What the percentage is of; what an hour usually costs, for an anomaly. */
  quota: number;
  crossedAt: Date;
  dismissedAt: Date | null;
};

/** What is used of which quota now, by meter. */
export type Standing = Record<AlertMeter, { used: number; quota: number }>;

/** Time ends a little before a cap: no slice can be given for the rest. As in `check_thresholds`. */
const SLACK_MS = 500;
const ANOMALY_SHOWN_MS = DAY_MS;

/**
 * The alerts worth a notice now, newest first: of each meter and key the highest of this period, while it still holds (a
 * larger quota makes an old crossing untrue) and nobody has dismissed it, and the unusual hours of the last day.
 */
export function noticesToShow(alerts: readonly Alert[], now: { at: Date; periodStart: Date; standing: Standing }): Alert[] {
  const highest = new Map<string, Alert>();
  for (const alert of alerts) {
    if (alert.kind === "anomaly" || alert.periodStart.getTime() !== now.periodStart.getTime() || !stillHolds(alert, now.standing)) continue;
    const subject = `${alert.meter} ${alert.key?.id ?? ""}`;
    const before = highest.get(subject);
    if (!before || before.percent < alert.percent) highest.set(subject, alert);
  }
  const unusual = alerts.filter(({ kind, crossedAt }) => kind === "anomaly" && now.at.getTime() - crossedAt.getTime() < ANOMALY_SHOWN_MS);
  return [...highest.values(), ...unusual].filter(({ dismissedAt }) => dismissedAt === null).sort((one, two) => two.crossedAt.getTime() - one.crossedAt.getTime());
}

function stillHolds(alert: Alert, standing: Standing): boolean {
  if (alert.meter === "cost_micros") return true;
  const { used, quota } = alert.key ? { used: alert.key.usedMs, quota: alert.key.capMs ?? 0 } : standing[alert.meter];
  return quota > 0 && used + (alert.meter === "agent_ms" ? Math.min(SLACK_MS, quota - 1) : 0) >= (quota * alert.percent) / 100;
}
