import { OutboundError } from "@/lib/platform/outbound/error";
import { takeLimits } from "@/lib/limits/limiter";

/** Counts one request of a tenant to a server of its choice; call it before each. @throws OutboundError `egress_limited` */
export async function takeEgress(tenantId: string): Promise<void> {
  const states = await takeLimits([{ policy: "egress", subject: tenantId }]);
  if (states.some(({ allowed }) => !allowed)) throw new OutboundError("egress_limited");
}
