/** Alerts in words, the same in mails and on pages: what was reached, of what, and what happens now. */
import { formatMeasure, formatMeasureNumber, formatMoneyMicros, type Measure } from "@/lib/core/format";
import type { Alert } from "@/lib/alerts/policy";
import { FIXED_PERCENTS, type AlertMeter } from "@/lib/alerts/schema";

/** What decides what happens now. Money in micro-dollars. */
export type Situation = {
  overage: { enabled: boolean; spendLimitMicros: number; microsPerMinute: number | null };
  /** Why the workspace is paused; null: it is not. */
  pauseReason: string | null;
};
export type AlertWords = {
  title: string;
  /** The numbers: "802 of 1,000 min". */
  figure: string;
  /** What happens now. */
  now: string;
  /** `info` for thresholds of one's own below the warning that everybody gets. */
  tone: "info" | "warn" | "bad";
};

export const METER_WORDS: Record<AlertMeter, { name: string; measure: Measure }> = {
  agent_ms: { name: "agent-minutes", measure: "minutes" },
  model_micros: { name: "model spend", measure: "money" },
  api_calls: { name: "API calls", measure: "calls" },
};

export function alertWords(alert: Alert, situation: Situation): AlertWords {
  if (alert.meter === "cost_micros") return anomalyWords(alert);
  const { measure } = METER_WORDS[alert.meter];
  const figure = `${formatMeasureNumber(alert.used, measure)} of ${formatMeasure(alert.quota, measure)}`;
  if (alert.key) return { ...keyWords(alert, alert.key.name), figure };
  const over = alert.percent >= 100;
  const goesOn = alert.meter !== "api_calls" && situation.overage.enabled;
  return { title: titleOf(alert.meter, alert.percent), figure, now: nowOf[alert.meter](alert.percent, situation), tone: over && (!goesOn || alert.percent >= 200) ? "bad" : alert.percent < FIXED_PERCENTS[0] ? "info" : "warn" };
}

function titleOf(meter: AlertMeter, percent: number): string {
  const { name } = METER_WORDS[meter];
  const verb = meter === "model_micros" ? "is" : "are";
  if (percent === 100) return meter === "model_micros" ? "All model spend of this period is used" : `All ${name} of this period are used`;
  if (percent === 200) return `Twice the period’s ${name} ${verb} used`;
  return `${percent} % of the period’s ${name} ${verb} used`;
}

const EARLY = "Nothing changes yet.";

const nowOf: Record<AlertMeter, (percent: number, situation: Situation) => string> = {
  agent_ms: (percent, { overage, pauseReason }) => {
    const price = overage.microsPerMinute;
    if (percent >= 200) {
      return pauseReason === "twice_quota"
        ? "The workspace is paused: running runs were stopped, nothing new runs, and everything can still be read. A larger plan, the next period or support ends the pause."
        : "The workspace is not paused for it: more was agreed since, or support lifted the pause.";
    }
    if (overage.enabled && price !== null) {
      const terms = `each minute costs ${formatMoneyMicros(price)}, up to the spend limit of ${formatMoneyMicros(overage.spendLimitMicros)}, which model spend shares`;
      if (percent < 100) return `${EARLY} Past 100 % ${terms}.`;
      return `Overage ${percent === 100 ? "begins" : "is running"}: ${terms}. At 200 % the workspace is paused.`;
    }
    return percent < 100 ? `${EARLY} At 100 % new runs are refused and running ones are stopped.` : "New runs are refused, and running ones are stopped with their output so far kept. Everything can still be read.";
  },
  model_micros: (percent, { overage }) => {
    if (overage.enabled) {
      const terms = `model calls cost their list price, up to the spend limit of ${formatMoneyMicros(overage.spendLimitMicros)}, which agent-minutes share`;
      return percent < 100 ? `${EARLY} Past 100 % ${terms}.` : `Overage ${percent === 100 ? "begins" : "is running"}: ${terms}.`;
    }
    return percent < 100 ? `${EARLY} At 100 % model calls are refused, and runs that need one are stopped.` : "Model calls are refused, and runs that need one are stopped with their output so far kept.";
  },
  api_calls: (percent) => {
    const free = "Looking at usage and canceling runs stay free.";
    return percent < 100 ? `${EARLY} At 100 % API calls are refused with 402. ${free}` : `API calls are refused with 402; they have no overage. ${free}`;
  },
};

function keyWords({ percent }: Alert, name: string): Omit<AlertWords, "figure"> {
  const reached = percent >= 100;
  return {
    title: reached ? `The API key “${name}” has used all of its own minutes` : `The API key “${name}” has used ${percent} % of its own minutes`,
    now: reached ? "Its runs are stopped until the next period or a higher cap of the key. Other keys go on." : `${EARLY} At 100 % runs of this key are stopped; other keys go on.`,
    tone: reached ? "bad" : percent < FIXED_PERCENTS[0] ? "info" : "warn",
  };
}

function anomalyWords({ used, quota, periodStart }: Alert): AlertWords {
  return {
    title: "This hour costs far more than usual",
    figure: `${formatMoneyMicros(used)} since ${periodStart.toISOString().slice(11, 16)} UTC; an hour usually costs ${formatMoneyMicros(quota)}`,
    now: "Minutes are counted at the overage price here and model calls at list price. Nothing is stopped. If it is not meant, cancel the runs or pause the workspace.",
    tone: "warn",
  };
}
