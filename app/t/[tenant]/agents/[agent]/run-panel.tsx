"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useActionState, useEffect, useState } from "react";
import { runAgentAction } from "@/app/t/[tenant]/agents/actions";
import { curlOf } from "@/components/runs/curl";
import { useRunEvents } from "@/components/runs/use-run-events";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { TextareaField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { RunStatusBadge } from "@/components/ui/status";
import { SubmitButton } from "@/components/ui/submit-button";
import { formatDuration } from "@/lib/core/format";
import { fieldError, formError } from "@/lib/http/action-state";

type RunPanelProps = { tenant: string; origin: string; agent: string; version: number; /** True while the editor holds changes that a run does not have. */ unsaved: boolean };

/** Runs the agent as it was saved last on a text, and shows its output while it arrives. */
export function RunPanel({ tenant, origin, agent, version, unsaved }: RunPanelProps) {
  const [state, action, pending] = useActionState(runAgentAction, { status: "idle" });
  const runId = state.status === "done" ? state.data.runId : null;
  const live = useRunEvents(tenant, runId);
  // Kept after a run, to run it again or with a change.
  const [input, setInput] = useState("");
  const router = useRouter();
  const ended = live.run !== null;
  useEffect(() => {
    // The list below and the gauge at the side have something new to show.
    if (ended) router.refresh();
  }, [ended, router]);
  const busy = pending || (runId !== null && !ended);
  const problem = formError(state) ?? fieldError(state, "agent");
  return (
    <Card>
      <CardHeader title="Run it" description={unsaved ? `Runs version ${version}; your changes are not saved yet.` : `Runs version ${version}, metered like every other run.`} />
      <CardBody className="grid grid-cols-1 gap-6">
        <form action={action} className="grid grid-cols-1 gap-4" noValidate>
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          <input type="hidden" name="tenant" value={tenant} />
          <input type="hidden" name="agent" value={agent} />
          <TextareaField label="Input" name="input" rows={6} required value={input} onChange={(event) => setInput(event.target.value)} error={fieldError(state, "input")} hint="Up to 256 KiB of text." />
          <div className="flex flex-wrap items-center gap-2">
            <SubmitButton loading={busy} variant={unsaved ? "secondary" : "primary"}>Run agent</SubmitButton>
            <CopyButton look="words" label="Copy as curl" text={curlOf(origin, agent, input || "Your text.", "wait")} />
          </div>
        </form>
        {runId ? <RunResult tenant={tenant} runId={runId} live={live} /> : null}
      </CardBody>
    </Card>
  );
}

function RunResult({ tenant, runId, live }: { tenant: string; runId: string; live: ReturnType<typeof useRunEvents> }) {
  const { run } = live;
  return (
    <section aria-label="Result" className="grid gap-3 border-t border-line pt-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <RunStatusBadge status={run?.status ?? (live.started ? "running" : "queued")} />
        {run ? <span className="font-mono text-muted" title={`${run.usage.agent_ms} ms`}>{formatDuration(run.usage.agent_ms)}</span> : null}
        {live.connected ? null : <span className="text-warn">Connection lost, trying again. The run goes on.</span>}
        <Link href={`/t/${tenant}/runs/${runId}`} className="text-accent-ink underline underline-offset-4">
          Open run
        </Link>
      </div>
      {run?.error ? <Notice tone="bad">{run.error.message}</Notice> : null}
      <div data-testid="run-output" aria-live="polite" className="min-h-24 whitespace-pre-wrap rounded-md bg-sunken p-4">
        {live.text}
      </div>
    </section>
  );
}
