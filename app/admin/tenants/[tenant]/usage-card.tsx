import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { TickGauge } from "@/components/usage/tick-gauge";
import { periodWords } from "@/components/admin/period-words";
import { METER_IDS, METERS, type StaffTenant } from "@/lib/admin/schema";
import { formatMoneyMicros } from "@/lib/core/format";

/** What was used in the current period, against quota and cap. */
export function UsageCard({ tenant, planName }: { tenant: StaffTenant; planName: string }) {
  const { period, overage } = tenant;
  const used = tenant.periods.find(({ start }) => start === period.start);
  return (
    <Card>
      <CardHeader title="This period" description={`${periodWords(period)}, UTC.`} />
      <CardBody className="grid grid-cols-1 gap-8">
        <div className="grid gap-8 md:grid-cols-3">
          {METER_IDS.map((meter) => (
            <TickGauge key={meter} label={METERS[meter].label} used={used?.[meter] ?? 0} cap={tenant.caps[meter]} quota={tenant.quotas[meter]} format={METERS[meter].format} />
          ))}
        </div>
        <dl className="grid gap-x-8 gap-y-3 border-t pt-4 text-sm sm:grid-cols-3">
          <Fact term="Plan">{tenant.override && !tenant.override.expired ? `${planName}, with an override` : planName}</Fact>
          <Fact term="Overage">{overageWords(overage)}</Fact>
          <Fact term="Spend limit">{overage.enabled ? formatMoneyMicros(overage.spendLimitMicros) : "none"}</Fact>
        </dl>
      </CardBody>
    </Card>
  );
}

function overageWords({ enabled, microsPerMinute }: StaffTenant["overage"]): string {
  if (microsPerMinute === null) return "not in the plan";
  return `${enabled ? "on" : "off"}, ${formatMoneyMicros(microsPerMinute)} a minute`;
}

function Fact({ term, children }: { term: string; children: string }) {
  return (
    <div>
      <dt className="text-xs text-muted">{term}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
