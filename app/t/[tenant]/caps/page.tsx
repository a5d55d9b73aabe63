import type { Metadata } from "next";
import { AlertsCard } from "@/app/t/[tenant]/caps/alerts-card";
import { LimitsCard } from "@/app/t/[tenant]/caps/limits-card";
import { OverageCard } from "@/app/t/[tenant]/caps/overage-card";
import { PastAlerts } from "@/app/t/[tenant]/caps/past-alerts";
import { PauseCard } from "@/app/t/[tenant]/caps/pause-card";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { Live } from "@/components/ui/live";
import { PageHeader } from "@/components/ui/page-header";
import { readRules } from "@/lib/alerts/rules";
import { listPastAlerts } from "@/lib/alerts/service";
import { requirePlan, sellsPlans } from "@/lib/billing/service";
import { readForecasts } from "@/lib/caps/forecasts";
import { readCaps } from "@/lib/caps/service";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Caps" };

/** While runs are under way, and while nothing happens. */
const BUSY_MS = 2_000;
const QUIET_MS = 5_000;

export default async function CapsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "usage:read");
  const { tenant, quotas, overage } = admission;
  const [caps, rules, past, forecasts] = await Promise.all([readCaps(tenant.id), readRules(tenant.id), listPastAlerts(admission), readForecasts(admission)]);
  const mayWrite = allows("caps:write");
  return (
    <>
      <PageHeader title="Caps" description={sellsPlans() ? "Where work stops, what it may cost past the plan, and who is told on the way." : "Where work stops, and who is told on the way."} />
      <Live everyMs={caps.counts.running + caps.counts.queued > 0 ? BUSY_MS : QUIET_MS} />
      <UsageNotices by={admission} mayDismiss={mayWrite} all />
      <div className="grid grid-cols-1 gap-8">
        <LimitsCard by={admission} counts={caps.counts} memberLimit={caps.memberLimit} forecasts={forecasts} />
        {sellsPlans() ? <OverageCard
          tenant={tenant.slug} plan={requirePlan(tenant.planId).name} choice={caps.choice} microsPerMinute={overage.microsPerMinute} quotas={quotas} mayWrite={allows("billing:write")}
          billingHref={allows("billing:read") ? `/t/${tenant.slug}/billing/plans` : null}
        /> : null}
        <AlertsCard tenant={tenant.slug} rules={rules.rules} keys={rules.keys} mayWrite={mayWrite} />
        <PastAlerts alerts={past} />
        <PauseCard tenant={tenant.slug} paused={tenant.pausedAt !== null} reason={tenant.pauseReason} deleting={tenant.deleteAfter !== null} mayPause={allows("tenant:pause")} running={caps.counts.running} />
      </div>
    </>
  );
}
