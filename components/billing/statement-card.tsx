import { Card, CardBody, CardHeader } from "@/components/ui/card";
import type { Statement } from "@/lib/billing/statement";
import { formatMoneyCents } from "@/lib/core/format";

/** What the period costs so far, line by line. */
export function StatementCard({ statement }: { statement: Statement }) {
  return (
    <Card>
      <CardHeader title="This period costs" />
      <CardBody>
        <dl className="grid grid-cols-1 gap-3">
          {statement.lines.map((line) => (
            <div key={line.label} className="flex items-baseline justify-between gap-4">
              <dt>
                {line.label} <span className="text-muted">{line.detail}</span>
              </dt>
              <dd className="font-mono tabular-nums">{formatMoneyCents(line.cents)}</dd>
            </div>
          ))}
          <div className="flex items-baseline justify-between gap-4 border-t border-line pt-3 font-semibold">
            <dt>Total</dt>
            <dd className="font-mono tabular-nums" data-total-cents={statement.totalCents}>{formatMoneyCents(statement.totalCents)}</dd>
          </div>
        </dl>
      </CardBody>
    </Card>
  );
}
