import type { CapGauge } from "@/components/usage/cap-gauges";
import type { Admission } from "@/lib/limits/admission";
import type { Outlook } from "@/lib/usage/outlook";

/** A workspace's three caps as gauges. Without an outlook nothing is foreseen. */
export function gaugesOf({ usage, caps, quotas }: Pick<Admission, "usage" | "caps" | "quotas">, outlook: Outlook = { minutes: null, calls: null, spend: null }): CapGauge[] {
  return [
    { label: "Agent-minutes", used: usage.ms, cap: caps.ms, quota: quotas.ms, format: "minutes", reachesAt: outlook.minutes },
    { label: "API calls", used: usage.calls, cap: caps.calls, quota: caps.calls, format: "calls", reachesAt: outlook.calls },
    { label: "Model spend", used: usage.micros, cap: caps.micros, quota: quotas.micros, format: "money", reachesAt: outlook.spend },
  ];
}
