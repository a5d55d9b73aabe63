import type { Metadata } from "next";
import Link from "next/link";
import { ComparisonCard } from "@/app/admin/billing/comparison-card";
import { FailedEventsCard } from "@/app/admin/billing/failed-events-card";
import { FlagsCard } from "@/app/admin/billing/flags-card";
import { PastDueCard } from "@/app/admin/billing/past-due-card";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { getBillingOverview } from "@/lib/admin/billing/service";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Billing" };

export default async function StaffBillingPage() {
  const { user } = await requireStaffPage();
  const { flags, pastDue, failedEvents, comparison } = await getBillingOverview(user.id);
  return (
    <>
      <PageHeader title="Billing" description="What of everybody’s billing a person has to look at." action={<Button asChild variant="secondary"><Link href="/admin/billing/events">Stripe’s events</Link></Button>} />
      <div className="grid grid-cols-1 gap-8">
        <FlagsCard flags={flags} />
        <PastDueCard accounts={pastDue} />
        <FailedEventsCard events={failedEvents} />
        <ComparisonCard comparison={comparison} />
      </div>
    </>
  );
}
