import { Bot, ChevronRight, Wrench } from "lucide-react";
import Link from "next/link";
import { prettyJson } from "@/components/runs/pretty-json";
import { StepBar } from "@/components/runs/step-bar";
import type { Retry, ShownStep } from "@/components/runs/timeline";
import { Badge } from "@/components/ui/badge";
import { CodeBlock } from "@/components/ui/code-block";
import { formatCount, formatDuration, formatMoneyMicros } from "@/lib/core/format";

type StepTimelineProps = {
  /** Address of the workspace. */
  base: string;
  steps: readonly ShownStep[];
  /** Length of the strip that the steps stand on, in milliseconds. */
  totalMs: number;
  /** True while the run goes on: a step that is not done is under way, and not broken off. */
  live: boolean;
};

/** The steps of a run in order, each at its place in time; opened, with what it was given and what came of it. */
export function StepTimeline({ base, steps, totalMs, live }: StepTimelineProps) {
  if (steps.length === 0) return <p className="text-muted">No step yet. A step is stored when it is done, and a resumed run goes on after it.</p>;
  return (
    <ol className="grid grid-cols-1 divide-y divide-line rounded-lg border border-line">
      {steps.map((step) => (
        <li key={step.seq} data-step={step.seq} className="min-w-0">
          <StepRow base={base} step={step} totalMs={totalMs} live={live} />
        </li>
      ))}
    </ol>
  );
}

function StepRow({ base, step, totalMs, live }: { base: string; step: ShownStep; totalMs: number; live: boolean }) {
  const Icon = step.kind === "tool" ? Wrench : Bot;
  return (
    <details className="group">
      <summary className="grid list-none grid-cols-[1rem_1rem_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2 hover:bg-sunken/60 md:grid-cols-[1rem_1rem_minmax(0,14rem)_minmax(0,1fr)_10.5rem] [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 text-muted transition-transform group-open:rotate-90" />
        <Icon aria-hidden="true" className="size-4 text-muted" />
        <span className="min-w-0 truncate font-mono" title={step.name}>
          <span className="sr-only">{step.kind === "tool" ? "Tool" : "Model"} </span>
          {step.name}
        </span>
        <span className="order-last col-span-full md:order-none md:col-span-1">
          <StepBar startMs={step.startMs} endMs={step.endMs} totalMs={totalMs} kind={step.kind} />
        </span>
        {/* As wide in every row, so that the strips beside it are, too: what they show is where on one strip each step lies. */}
        <span className="flex items-center justify-end gap-2 whitespace-nowrap">
          <StepState step={step} live={live} />
          <span className="font-mono text-muted tabular-nums">{step.startMs === null || step.endMs === null ? "" : formatDuration(step.endMs - step.startMs)}</span>
        </span>
      </summary>
      <div className="grid grid-cols-1 gap-4 border-t border-line px-4 py-4">
        <StepFacts step={step} />
        {step.retries.map((retry) => <p key={retry.attempt} className="text-warn">{retryWords(retry)}</p>)}
        {step.arguments === null ? null : <Payload title="Arguments" text={step.arguments} />}
        {step.stored?.tool_calls.map((call) => <Payload key={call.id} title={`Asked for ${call.name}`} text={call.arguments} />)}
        {step.text === "" ? <p className="text-muted">{emptyWords(step, live)}</p> : <Payload title={step.kind === "tool" ? "Result" : "Text"} text={step.text} />}
        {step.childRunId === null ? null : <p>Handed to <Link href={`${base}/runs/${step.childRunId}`} className="font-mono break-all text-accent-ink underline underline-offset-4">{step.childRunId}</Link></p>}
      </div>
    </details>
  );
}

function StepState({ step, live }: { step: ShownStep; live: boolean }) {
  if (!step.done) return live ? <Badge tone="now">under way</Badge> : <Badge tone="warn">broken off</Badge>;
  if (step.ok === false) return <Badge tone="bad">failed</Badge>;
  return step.retries.length > 0 ? <Badge tone="warn">{step.retries.length === 1 ? "1 retry" : `${step.retries.length} retries`}</Badge> : null;
}

function StepFacts({ step }: { step: ShownStep }) {
  const { stored } = step;
  const facts = [
    `Step ${step.seq}`,
    ...(step.startMs === null ? [] : [`from ${formatDuration(step.startMs)}`]),
    ...(step.kind === "model" && step.done ? [`${formatCount(step.inputTokens)} tokens in, ${formatCount(step.outputTokens)} out`] : []),
    ...(stored && step.kind === "model" ? [`cost ${formatMoneyMicros(stored.model_spend_micros)}`] : []),
    ...(stored?.finish_reason ? [`ended with ${stored.finish_reason}`] : []),
  ];
  return <p className="text-xs text-muted">{facts.join(" · ")}</p>;
}

/** What was given or came back, JSON over several lines. */
function Payload({ title, text }: { title: string; text: string }) {
  const pretty = prettyJson(text);
  return <CodeBlock title={title} code={pretty.text} copyText={text} plain={!pretty.json} className="max-h-96 overflow-y-auto" />;
}

function emptyWords(step: ShownStep, live: boolean): string {
  if (!step.done) return live ? "Nothing has come yet." : "Nothing of it was stored.";
  if (step.stored === null) return "Loading what came of it.";
  if (step.kind === "tool") return "It answered with nothing.";
  return step.stored.tool_calls.length > 0 ? "It said nothing beside that." : "It said nothing.";
}

function retryWords({ attempt, reason, waitMs }: Retry): string {
  return `Try ${attempt} failed (${reason.replaceAll("_", " ")}). The run waited ${formatDuration(waitMs)}, which is not billed, and tried again.`;
}
