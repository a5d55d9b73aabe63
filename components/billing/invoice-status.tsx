import { Badge, type Tone } from "@/components/ui/badge";
import { formatMoneyCents } from "@/lib/core/format";

const STATUS: Record<string, { tone: Tone; word: string }> = {
  draft: { tone: "neutral", word: "Being prepared" }, open: { tone: "warn", word: "Open" }, paid: { tone: "ok", word: "Paid" }, uncollectible: { tone: "bad", word: "Not paid" }, void: { tone: "neutral", word: "Void" },
};

type InvoiceStatusProps = { invoice: { status: string; totalCents: number; refundedCents: number; dispute?: "open" | "lost" | null } };

/** What has become of an invoice, what of it was refunded, and whether its payment is disputed. */
export function InvoiceStatus({ invoice: { status, totalCents, refundedCents, dispute } }: InvoiceStatusProps) {
  const { tone, word } = STATUS[status] ?? { tone: "neutral" as const, word: status };
  const refunded = refundedCents >= totalCents && totalCents > 0 ? "Refunded" : refundedCents > 0 ? `${formatMoneyCents(refundedCents)} refunded` : null;
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={tone}>{word}</Badge>
      {refunded ? <Badge tone="outline">{refunded}</Badge> : null}
      {dispute ? <Badge tone={dispute === "open" ? "warn" : "bad"}>{dispute === "open" ? "Disputed" : "Charged back"}</Badge> : null}
    </span>
  );
}
