import type { Metadata } from "next";
import { BreakerCard } from "@/app/admin/platform/breaker-card";
import { ReconciliationCard } from "@/app/admin/platform/reconciliation-card";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { UsageChart } from "@/components/usage/usage-chart";
import { getPlatformSpend } from "@/lib/admin/platform";
import { requireStaffPage } from "@/lib/http/page";
import { getLastSweep } from "@/lib/reconciliation/service";

export const metadata: Metadata = { title: "Platform" };

export default async function PlatformPage() {
  const { user } = await requireStaffPage();
  const [spend, sweep] = await Promise.all([getPlatformSpend(), getLastSweep(user.id)]);
  return (
    <>
      <PageHeader title="Platform" description="What everybody’s model calls cost, and whether the numbers agree. Days are UTC." />
      <div className="grid grid-cols-1 gap-8">
        <BreakerCard spend={spend} />
        <Card>
          <CardHeader title="Last 30 days" />
          <CardBody>
            <UsageChart bars={spend.days} format="money" caption="Model spend per day, over all workspaces" />
          </CardBody>
        </Card>
        <ReconciliationCard sweep={sweep} />
      </div>
    </>
  );
}
