import { Ban, Check, CircleDashed, CircleX, Clock, Power, TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { DeliveryStatus, EndpointDto } from "@/lib/webhooks/schema";

/** How an endpoint does, in one word. */
export function EndpointHealth({ of }: { of: EndpointDto }) {
  if (of.disabled_reason === "failing") return <Badge tone="bad" title="Every delivery of three days failed; nothing is sent any more."><CircleX aria-hidden="true" />Disabled: failing</Badge>;
  if (of.disabled_reason === "gone") return <Badge tone="bad" title="It answered 410 (gone); nothing is sent any more."><CircleX aria-hidden="true" />Disabled: gone</Badge>;
  if (!of.enabled) return <Badge tone="neutral" title="Nothing is sent."><Power aria-hidden="true" />Disabled</Badge>;
  if (of.failing_since) return <Badge tone="warn" title="No delivery has succeeded since its first failure."><TriangleAlert aria-hidden="true" />Failing</Badge>;
  if (!of.last_success_at) return <Badge tone="neutral" title="Nothing was sent yet."><CircleDashed aria-hidden="true" />Nothing sent yet</Badge>;
  return <Badge tone="ok" title="The last delivery succeeded."><Check aria-hidden="true" />Works</Badge>;
}

const LOOKS = {
  pending: { word: "Pending", tone: "now", icon: Clock, meaning: "Being sent, or waiting for its next attempt." },
  succeeded: { word: "Succeeded", tone: "ok", icon: Check, meaning: "The endpoint answered with 2xx." },
  failed: { word: "Failed", tone: "bad", icon: CircleX, meaning: "Given up after the last attempt. A replay sends it again." },
  canceled: { word: "Canceled", tone: "neutral", icon: Ban, meaning: "The endpoint was disabled before it arrived. A replay sends it again." },
} as const;

/** How a delivery stands. */
export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  const { word, tone, icon: Icon, meaning } = LOOKS[status];
  return <Badge tone={tone} title={meaning} data-status={status}><Icon aria-hidden="true" />{word}</Badge>;
}
