import type { ReactNode } from "react";
import { Card, CardBody, CardFooter } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { EndpointHealth } from "@/components/webhooks/badges";
import { ALL_EVENTS, type EndpointDto } from "@/lib/webhooks/schema";

/** How an endpoint does, what it is told of, and what can be done to it. */
export function EndpointFacts({ of, deeds }: { of: EndpointDto; deeds: ReactNode }) {
  const { event_types: types, failing_since: failing, last_success_at: success, disabled_at: disabled, previous_secret_expires_at: previous } = of;
  return (
    <Card>
      <CardBody>
        <dl className="grid grid-cols-1 gap-6 sm:grid-cols-2 md:grid-cols-4">
          <Fact label="Health"><EndpointHealth of={of} /></Fact>
          <Fact label="Events"><span className="font-mono text-xs">{types.includes(ALL_EVENTS) ? "all" : types.join(" ")}</span></Fact>
          <Fact label="Last success">{success ? <Time at={success} /> : "never"}</Fact>
          {disabled ? <Fact label="Disabled"><Time at={disabled} /></Fact> : <Fact label="Failing since">{failing ? <Time at={failing} /> : "–"}</Fact>}
          {previous ? <Fact label="The old secret signs until"><Time at={previous} look="absolute" /></Fact> : null}
          <Fact label="Id"><span className="font-mono text-xs break-all">{of.id}</span></Fact>
        </dl>
      </CardBody>
      {deeds ? <CardFooter className="justify-end">{deeds}</CardFooter> : null}
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
