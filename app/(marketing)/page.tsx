import type { Metadata } from "next";
import Link from "next/link";
import { BuiltInPlan } from "@/components/marketing/built-in-plan";
import { CapFigure } from "@/components/marketing/cap-figure";
import { Container, Section } from "@/components/marketing/container";
import { Faq } from "@/components/marketing/faq";
import { PlanCards } from "@/components/marketing/plan-cards";
import { LANDING_QUESTIONS, withoutSales } from "@/components/marketing/questions";
import { RunReplay } from "@/components/marketing/run-replay";
import { RunSteps } from "@/components/marketing/run-steps";
import { SelfHost } from "@/components/marketing/self-host";
import { Button } from "@/components/ui/button";
import { offeredPlans, requirePlan, sellsPlans, startingPlan } from "@/lib/billing/service";
import { findPlansPath } from "@/lib/http/plans-path";
import { formatCount, formatMinutesNumber } from "@/lib/core/format";
import { MINUTE_MS } from "@/lib/core/time";
import { edgeEnv } from "@/lib/platform/env";
import { LEAST_SLICE_MS, SLICE_MS } from "@/lib/runs/policy";

export const metadata: Metadata = { alternates: { canonical: "/" } };

export default async function LandingPage() {
  const sold = sellsPlans();
  const first = requirePlan(startingPlan());
  return (
    <>
      <Container className="pt-12 pb-16 md:pt-16 md:pb-24">
        <h1 className="text-display">
          Agents by the minute. <br />
          <span className="text-muted">Never by surprise.</span>
        </h1>
        <p className="mt-6 max-w-[56ch] text-lead text-muted text-pretty">
          Run AI agents behind one API. Every run is metered in agent-minutes, and it has to lease its time before it may spend it. That is why it stops at your cap, not after it.
        </p>
        <div className="mt-8 flex flex-wrap items-center gap-3">
          <Button asChild variant="primary" size="lg">
            <Link href="/sign-up">Create account</Link>
          </Button>
          <Button asChild size="lg">
            <Link href="/docs">Read the quick start</Link>
          </Button>
        </div>
        <p className="mt-4 text-sm text-muted">
          {sold ? "Free: " : "Each workspace has "}{formatMinutesNumber(first.minutesMs ?? 0)} agent-minutes and {formatCount(first.apiCalls ?? 0)} API calls a month. {sold ? "No card." : "Nothing is sold here."}
        </p>
        <div className="mt-10 md:mt-12">
          <RunReplay sliceMs={SLICE_MS} />
        </div>
      </Container>
      <Section title="A run is an agent, an input, and a clock." lead="Three requests take you from nothing to a number you can check.">
        <RunSteps origin={edgeEnv().APP_URL} />
      </Section>
      <Section
        id="caps"
        title="Time is leased before it is spent."
        lead={`A run asks for ${SLICE_MS / 1000} seconds at a time, and gets them only while used, leased and asked together fit under the cap. The check and the taking are one transaction in the database, so it holds however many runs and workers ask at once.`}
      >
        <CapFigure capMs={sold ? (first.minutesMs ?? 100 * MINUTE_MS) : 100 * MINUTE_MS} sliceMs={SLICE_MS} leastMs={LEAST_SLICE_MS} />
        <p className="mt-4 max-w-[75ch] text-sm text-muted">
          Drag the load. The ink line is what is used, the orange one what is leased; both end at the cap. Computed in this page by the platform’s rule, with runs that never pause; at worst, a counter that is read once a minute is a full minute late.
        </p>
      </Section>
      {sold ? <Section id="plans" title="Plans, from the same table the code reads." lead="Try Starter or Pro for 14 days without a card. Overage stays off until you turn it on, with a limit.">
        <PlanCards plans={offeredPlans()} own={await findPlansPath()} />
        <p className="mt-4 text-sm text-muted">
          <Link href="/pricing" className="text-ink underline decoration-line-strong underline-offset-4 hover:decoration-current">
            Every limit of every plan
          </Link>
        </p>
      </Section> : (
        <Section id="plans" title="One plan, set by whoever runs this copy." lead="This installation sells none. Every workspace has the same limits, and they hold as they would on a paid plan.">
          <BuiltInPlan plan={first} />
        </Section>
      )}
      <Section id="self-host" title="Or run all of it yourself, in one command." lead="The same product, open source, every feature on. It needs a machine with Node and npm.">
        <SelfHost />
      </Section>
      <Section title="Before you ask.">
        <Faq questions={sold ? LANDING_QUESTIONS : withoutSales(LANDING_QUESTIONS)} />
      </Section>
    </>
  );
}
