import type { Metadata } from "next";
import { Container, Section, TextPageHeader } from "@/components/marketing/container";
import { Faq } from "@/components/marketing/faq";
import { PlanCards } from "@/components/marketing/plan-cards";
import { PlanTable } from "@/components/marketing/plan-table";
import { PRICING_QUESTIONS } from "@/components/marketing/questions";
import { PLAN_IDS, PLANS } from "@/lib/billing/plans";

export const metadata: Metadata = {
  title: "Pricing",
  description: "What each plan includes: agent-minutes, API calls, model spend, and the limits that hold.",
  alternates: { canonical: "/pricing" },
};

export default function PricingPage() {
  const plans = PLAN_IDS.map((id) => PLANS[id]);
  return (
    <>
      <Container className="pb-16">
        <TextPageHeader title="A price, and a place where it stops." lead="Each plan includes agent-minutes and API calls for a month. Neither is passed. Only the free plan can be taken in this version." />
        <PlanCards plans={plans} heading="h2" />
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
