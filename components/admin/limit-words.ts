import { OVERRIDES, type OverrideField } from "@/lib/admin/schema";
import { formatCount, formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";

/** What stands for "no number", by field. */
const NONE: Partial<Record<OverrideField, string>> = { minutes_ms: "by contract", model_spend_micros: "by contract", api_calls: "by contract", overage_micros_per_minute: "none" };

/** A limit as people read it. */
export function limitWords(field: OverrideField, value: number | null): string {
  if (value === null) return NONE[field] ?? "unlimited";
  const { format } = OVERRIDES[field];
  return format === "minutes" ? formatMinutesOf(value) : format === "money" ? formatMoneyMicros(value) : formatCount(value);
}

/** What the field is called where its value carries the unit itself. */
export function limitName(field: OverrideField): string {
  return OVERRIDES[field].label.replace(/, in .+$/, "");
}
