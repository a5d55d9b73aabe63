import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";

/** Everything the workspace owns, to take away. */
export function ExportCard({ tenant }: { tenant: string }) {
  return (
    <Card>
      <CardHeader title="Export" description="Everything this workspace owns, as a ZIP of JSON Lines, one file a kind." />
      <CardBody className="grid grid-cols-1 gap-4">
        <p className="max-w-prose">
          Members, invitations, API keys without their secrets, agents, runs with inputs and outputs, steps, events, the ledger, usage, agreed limits, alerts and the audit log with its seals. It is free, and
          recorded in the audit log. A download that breaks off is not whole: begin it again.
        </p>
        <div>
          <Button asChild>
            <a href={`/api/v1/export?${new URLSearchParams({ tenant })}`} download>Download export</a>
          </Button>
        </div>
      </CardBody>
    </Card>
  );
}
