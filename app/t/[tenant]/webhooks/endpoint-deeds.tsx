import { enableEndpointAction } from "@/app/t/[tenant]/webhooks/actions";
import { DeleteEndpoint } from "@/app/t/[tenant]/webhooks/delete-endpoint";
import { EditEndpoint } from "@/app/t/[tenant]/webhooks/edit-endpoint";
import { FormButton } from "@/app/t/[tenant]/webhooks/form-button";
import { RotateSecret } from "@/app/t/[tenant]/webhooks/rotate-secret";
import type { EndpointDto } from "@/lib/webhooks/schema";

/** Everything that can be done to an endpoint. */
export function EndpointDeeds({ tenant, of }: { tenant: string; of: EndpointDto }) {
  return (
    <span className="relative z-10 inline-flex flex-wrap justify-end">
      <EditEndpoint tenant={tenant} of={of} />
      <FormButton action={enableEndpointAction} fields={{ tenant, endpoint: of.id, enabled: String(!of.enabled) }} variant="ghost" size="sm">{of.enabled ? "Disable" : "Enable"}</FormButton>
      <RotateSecret tenant={tenant} id={of.id} previousEndsAt={of.previous_secret_expires_at} />
      <DeleteEndpoint tenant={tenant} id={of.id} url={of.url} />
    </span>
  );
}
