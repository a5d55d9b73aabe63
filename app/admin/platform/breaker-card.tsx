import { LiftBreaker } from "@/app/admin/platform/lift-breaker";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import { TickGauge } from "@/components/usage/tick-gauge";
import type { PlatformSpend } from "@/lib/admin/platform";

/** Today's model spend against the operator's cap on a day, and what became of it. */
export function BreakerCard({ spend }: { spend: PlatformSpend }) {
  const { trippedAt, liftedAt, liftedBy, limitMicros } = spend;
  const stopped = trippedAt !== null && liftedAt === null;
  return (
    <Card>
      <CardHeader
        title="Model spend today"
        description={limitMicros === null ? "No cap on a day is set: PLATFORM_DAILY_MODEL_SPEND_USD sets one." : "At the cap no new run begins anywhere until tomorrow, or until staff lift it. Running runs go on."}
        action={stopped ? <LiftBreaker /> : trippedAt ? <Badge tone="warn">Lifted for today</Badge> : limitMicros === null ? null : <Badge tone="ok">Within the cap</Badge>}
      />
      <CardBody className="grid grid-cols-1 gap-6">
        {stopped ? <Notice tone="bad" title={<>No new run begins, since <Time at={trippedAt} /></>}>The day’s cap on model spend was reached. Queued runs wait; nothing of them is lost.</Notice> : null}
        {trippedAt && liftedAt ? (
          <Notice tone="warn">
            The cap was reached <Time at={trippedAt} />; {liftedBy ?? "staff"} let runs begin again <Time at={liftedAt} />. It does not trip again today.
          </Notice>
        ) : null}
        <TickGauge label="All workspaces" used={spend.todayMicros} cap={limitMicros} format="money" />
      </CardBody>
    </Card>
  );
}
