import Link from "next/link";
import type { Question } from "@/components/marketing/faq";
import { Code } from "@/components/marketing/prose";

const link = "text-ink underline decoration-line-strong underline-offset-4 hover:decoration-current";

/** What somebody should know before signing up, also where the answer is no. */
export const LANDING_QUESTIONS: Question[] = [
  {
    question: "What does it not do yet?",
    answer: (
      <>
        There is no SOC 2 report and no uptime promise. Enterprise is agreed with the operator, not bought on a page.
      </>
    ),
  },
  {
    question: "What can an agent do besides answer?",
    answer: (
      <>
        Call HTTP endpoints and MCP servers as tools, hand work to your other agents, hold its answer to a JSON Schema, go on from an earlier run, and run by the clock.
        Signed webhooks tell your servers how a run ended. Every step is stored before the next begins, so a run outlives the worker that executes it.
      </>
    ),
  },
  {
    question: "Does my OpenAI client work with it?",
    answer: (
      <>
        Yes. Set its base URL to <Code>/api/v1</Code> and name an agent as the model: streaming, message history and your own tools work as they do elsewhere.
      </>
    ),
  },
  {
    question: "Which models can an agent use?",
    answer: (
      <>
        <Code>stint-extract-1</Code> comes with it: a summariser that picks the most important sentences of your text, word for word. It invents nothing, and it is not
        a language model. The operator of an installation can point it at any OpenAI-compatible endpoint; your agents then choose from that endpoint’s models. A workspace can bring model keys of its own, too; what they call spends none of the plan’s model spend.
      </>
    ),
  },
  {
    question: "What exactly is an agent-minute?",
    answer: (
      <>
        Wall-clock time that a run spends executing on a worker, kept in whole milliseconds and never rounded up per run. Waiting in the queue is not counted. Time lost
        to our own fault, such as a worker that dies, is recorded and not billed.
      </>
    ),
  },
  {
    question: "What happens when the cap is reached?",
    answer: (
      <>
        New runs are refused with <Code>402 quota_exceeded</Code>, and runs that find nothing left to lease end as <Code>stopped</Code> with the reason. Reading still
        works: <Code>/me</Code>, <Code>/usage</Code> and <Code>cancel</Code> are never counted. The next period starts with the full quota.
      </>
    ),
  },
  {
    question: "Can I get an invoice that I did not expect?",
    answer: <>No. The free plan has no overage. On paid plans overage stays off until an owner or billing member turns it on with a limit, and the billing page shows the next invoice by line at any time.</>,
  },
  {
    question: "Where does my data live?",
    answer: (
      <>
        In one PostgreSQL database of this installation, separated by row-level security, and on the way through the model endpoint the operator chose. If it should be
        your machine, <Link href="/#self-host" className={link}>run it yourself</Link>.
      </>
    ),
  },
];

const SOLD_QUESTIONS: Question[] = [
  {
    question: "What happens after a trial?",
    answer: <>Without a card the workspace is on Free again, and nothing is deleted. With one, the plan begins and the card is charged; three days before, a mail says so. There is one trial for each person and each workspace.</>,
  },
  {
    question: "What if I change my plan in the middle of a month?",
    answer: <>A larger plan begins at once: you are shown to the cent what is due for the rest of the period, and what is left of the former plan is taken off. A smaller one begins when the period ends. Agents and members that do not fit become read-only; none is deleted.</>,
  },
  {
    question: "How do I cancel?",
    answer: <>On the billing page, in two clicks. The plan stays in force to the end of the period that is paid, and until then you can resume it.</>,
  },
  {
    question: "What if a payment fails?",
    answer: <>You are told by mail on that day and on the third and the fifth after it. The plan stays in force for seven days; then the limits of Free hold until the invoice is paid, and everything is back at once.</>,
  },
];

/** Questions about caps and money, for the pricing page. */
export const PRICING_QUESTIONS: Question[] = [
  ...SOLD_QUESTIONS,
  {
    question: "What is a period?",
    answer: <>The billing month of a workspace. Without a subscription it is the calendar month in UTC. Usage belongs to the period in which it happened, also when a run crosses the border.</>,
  },
  {
    question: "What counts as an API call?",
    answer: (
      <>
        One authenticated request to <Code>/api/v1</Code> that no limit refused. <Code>/me</Code>, <Code>/usage</Code> and <Code>cancel</Code> are free, so that a capped
        workspace can still look and stop.
      </>
    ),
  },
  {
    question: "What is model spend?",
    answer: <>What a run’s model calls cost at the list price of the operator’s endpoint, in millionths of a dollar. The built-in model costs nothing.</>,
  },
  {
    question: "When is a cap a warning, and when is it a stop?",
    answer: <>The gauge turns amber at 80 % of the quota and red at the cap. At the cap the platform refuses new work; there is no grace that is billed later. With overage on, the cap lies at the spend limit, at most at twice the minutes.</>,
  },
  {
    question: "What do I pay when I host it myself?",
    answer: <>Nothing to us. The code is open source under Apache-2.0, every feature is on, and the operator sets the limits.</>,
  },
];

/** Questions that only make sense where plans are sold. */
const ABOUT_SALES = new Set(["What does it not do yet?", "Can I get an invoice that I did not expect?", ...SOLD_QUESTIONS.map(({ question }) => question)]);

/** These questions for a copy that sells nothing. */
export function withoutSales(questions: Question[]): Question[] {
  return questions.filter(({ question }) => !ABOUT_SALES.has(question));
}
