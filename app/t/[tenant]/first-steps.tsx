import { Check } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";

type FirstStepsProps = { base: string; agentSlug: string | null; hasKey: boolean; hasRun: boolean; hasCalled: boolean };

/** The way from an empty workspace to the first call, with what is done ticked off. */
export function FirstSteps({ base, agentSlug, hasKey, hasRun, hasCalled }: FirstStepsProps) {
  const agentHref = agentSlug ? `${base}/agents/${agentSlug}` : `${base}/agents/new`;
  const steps = [
    { done: agentSlug !== null, title: "Describe an agent", text: "A name, a model, and what it should do.", href: `${base}/agents/new`, label: "New agent" },
    { done: hasRun, title: "Run it once here", text: "Give it a text and watch the output arrive.", href: agentHref, label: "Run agent" },
    { done: hasKey, title: "Create an API key", text: "It is shown once; keep it where your program can read it.", href: `${base}/keys`, label: "Create key" },
    { done: hasCalled, title: "Call it from your program", text: "The agent's page has the curl line, ready to copy.", href: agentHref, label: "Show the call" },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <Card className="mb-8">
      <CardHeader title="First steps" description={`${steps.filter((step) => step.done).length} of ${steps.length} done.`} />
      <CardBody>
        <ol className="grid grid-cols-1 gap-4">
          {steps.map((step, index) => (
            <li key={step.title} className="flex items-start gap-3">
              <span className={`mt-0.5 grid size-5 shrink-0 place-items-center rounded-full border font-mono text-xs ${step.done ? "border-transparent bg-ok-wash text-ok" : "border-line-strong text-muted"}`}>
                {step.done ? <Check aria-label="done" className="size-3" /> : index + 1}
              </span>
              <span className="min-w-0 flex-1">
                <span className={step.done ? "text-muted line-through" : "font-medium"}>{step.title}</span>
                <span className="block text-muted">{step.text}</span>
              </span>
              {index === next ? (
                <Button asChild variant="primary" size="sm">
                  <Link href={step.href}>{step.label}</Link>
                </Button>
              ) : null}
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}
