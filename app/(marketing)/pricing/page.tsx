import type { Metadata } from "next";
import { BuiltInPlan } from "@/components/marketing/built-in-plan";
import { Container, Section, TextPageHeader } from "@/components/marketing/container";
import { Faq } from "@/components/marketing/faq";
import { PlanCards } from "@/components/marketing/plan-cards";
import { PlanTable } from "@/components/marketing/plan-table";
import { PRICING_QUESTIONS, withoutSales } from "@/components/marketing/questions";
import { formatMoneyCents } from "@/lib/core/format";
import { PLANS } from "@/lib/billing/plans";
import { builtInPlan, offeredPlans, sellsPlans } from "@/lib/billing/service";
import { findPlansPath } from "@/lib/http/plans-path";

export const metadata: Metadata = {
  title: "Pricing",
  description: "What each plan includes: agent-minutes, API calls, model spend, and the limits that hold.",
  alternates: { canonical: "/pricing" },
};

export default async function PricingPage() {
  if (!sellsPlans()) return <NothingSold />;
  const plans = offeredPlans();
  return (
    <>
      <Container className="pb-16">
        <TextPageHeader title="A price, and a place where it stops." lead="Each plan includes agent-minutes and API calls for a month. Neither is passed unless an owner or billing member turns overage on, with a limit." />
        <PlanCards plans={plans} heading="h2" own={await findPlansPath()} />
        <p className="mt-4 max-w-prose text-sm text-muted">
          Prices are in US dollars, without tax. A trial takes no card: it has a tenth of the plan’s minutes and model spend, and ends by itself. With overage on, a minute past the quota costs
          {" "}{formatMoneyCents(PLANS.starter.overageCentsPerMinute ?? 0)}, model calls their list price, and never more than the limit you set; at twice the minutes work stops in any case.
        </p>
      </Container>
      <Section title="Every limit of every plan.">
        <PlanTable plans={plans} />
      </Section>
      <Section title="About caps and money.">
        <Faq questions={PRICING_QUESTIONS} />
      </Section>
    </>
  );
}

/** A copy without Stripe has one plan, and nobody can choose another. */
function NothingSold() {
  return (
    <>
      <Container className="pb-16">
        <TextPageHeader title="One plan, and a place where it stops." lead="This copy of Stint sells nothing. Whoever runs it has set what every workspace may use in a month, and no workspace passes that." />
        <BuiltInPlan plan={builtInPlan()} />
      </Container>
      <Section title="About caps.">
        <Faq questions={withoutSales(PRICING_QUESTIONS)} />
      </Section>
    </>
  );
}
