import type { ReactNode } from "react";
import { AddRule } from "@/app/t/[tenant]/caps/add-rule";
import { RemoveRule } from "@/app/t/[tenant]/caps/remove-rule";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import type { RuleDto } from "@/lib/alerts/schema";

const FIXED = [
  { percent: 80, of: "each quota", says: "a warning" },
  { percent: 100, of: "each quota", says: "the cap is reached, or overage begins" },
  { percent: 200, of: "agent-minutes", says: "the workspace is paused" },
];

type AlertsCardProps = { tenant: string; rules: RuleDto[]; keys: { id: string; name: string }[]; mayWrite: boolean };

/** The thresholds at which people are told: everybody's and one's own. */
export function AlertsCard({ tenant, rules, keys, mayWrite }: AlertsCardProps) {
  return (
    <Card>
      <CardHeader title="Alerts" description="Owners, admins and billing members get a mail for each threshold, once a period, and one of the highest where several are passed at once; everybody sees it here and on the overview." />
      <CardBody className="grid grid-cols-1 gap-6 lg:grid-cols-2 lg:gap-12">
        <ul aria-label="Thresholds" className="content-start divide-y divide-line text-sm">
          {FIXED.map(({ percent, of, says }) => (
            <Row key={percent} percent={percent} of={of} note={says} />
          ))}
          {rules.map((rule) => (
            <Row key={`${rule.subject} ${rule.percent}`} percent={rule.percent} of={rule.label}>
              {mayWrite ? <RemoveRule tenant={tenant} rule={rule} /> : null}
            </Row>
          ))}
        </ul>
        {mayWrite ? <AddRule tenant={tenant} keys={keys} /> : <p className="text-sm text-muted">Owners, admins and billing members can add thresholds.</p>}
      </CardBody>
    </Card>
  );
}

function Row({ percent, of, note, children }: { percent: number; of: string; note?: string; children?: ReactNode }) {
  return (
    <li className="flex min-h-9 items-center gap-3 py-1">
      <span className="measured w-14 shrink-0 text-right">{percent} %</span>
      <span className="min-w-0 flex-1 wrap-anywhere">
        of {of}
        {note ? <span className="text-muted">: {note}</span> : null}
      </span>
      {children}
    </li>
  );
}
