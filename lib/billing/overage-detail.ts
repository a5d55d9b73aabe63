import { formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";
import { minutesMicros, type Overage } from "@/lib/billing/overage";

/** What an overage is made of: `12.5 min for $0.63, model spend $0.12`. */
export function overageDetail(overage: Overage): string {
  const parts = [];
  if (overage.ms > 0n) parts.push(`${formatMinutesOf(Number(overage.ms))} for ${formatMoneyMicros(Number(minutesMicros(overage)))}`);
  if (overage.modelMicros > 0n) parts.push(`model spend ${formatMoneyMicros(Number(overage.modelMicros))}`);
  return parts.join(", ");
}
