"use client";

import { useActionState, useState } from "react";
import { testToolAction } from "@/app/t/[tenant]/tools/actions";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { SelectField, TextareaField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";
import { exampleArguments } from "@/lib/tools/example";
import type { ToolDto, ToolTest } from "@/lib/tools/schema";

/** Calls the tool once with arguments of the reader's and shows the answer as a model would get it. */
export function TestPanel({ tenant, tool }: { tenant: string; tool: ToolDto }) {
  const [state, action, pending] = useActionState(testToolAction, { status: "idle" });
  const choices = tool.offered ?? [];
  const [chosen, setChosen] = useState(choices[0]?.name ?? "");
  const offered = choices.find(({ name }) => name === chosen) ?? choices[0];
  const example = JSON.stringify(exampleArguments(tool.kind === "http" ? tool.input_schema : (offered?.input_schema ?? null)), null, 2);
  // Kept after a call, to call again with a change; another tool begins with its own.
  const [typed, setTyped] = useState<{ for: string; text: string } | null>(null);
  const subject = `${tool.updated_at} ${offered?.name ?? ""}`;
  const args = typed?.for === subject ? typed.text : example;
  const problem = formError(state) ?? fieldError(state, "tool") ?? fieldError(state, "offered");
  return (
    <Card>
      <CardHeader title="Test this tool" description="Sends a real request, as a run would. Nothing is metered." />
      <CardBody className="grid grid-cols-1 gap-6">
        <form action={action} className="grid grid-cols-1 gap-4" noValidate>
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          <input type="hidden" name="tenant" value={tenant} />
          <input type="hidden" name="tool" value={tool.id} />
          {tool.kind === "mcp" ? (
            <SelectField label="Which of its tools" name="offered" value={offered?.name ?? ""} onChange={(event) => setChosen(event.target.value)} className="[&_select]:font-mono">
              {choices.map(({ name }) => <option key={name}>{name}</option>)}
            </SelectField>
          ) : null}
          <TextareaField
            label="Arguments" name="arguments" rows={6} spellCheck={false} className="[&_textarea]:font-mono" value={args} onChange={(event) => setTyped({ for: subject, text: event.target.value })} error={fieldError(state, "arguments")}
            hint="A JSON object."
          />
          <div>
            <SubmitButton variant="secondary" loading={pending}>Test this tool</SubmitButton>
          </div>
        </form>
        {state.status === "done" ? <TestResult test={state.data} /> : null}
      </CardBody>
    </Card>
  );
}

/** What came back, as a model would read it. */
export function TestResult({ test }: { test: ToolTest }) {
  return (
    <section aria-label="Answer" aria-live="polite" data-testid="tool-answer" className="grid grid-cols-1 gap-3 border-t border-line pt-6">
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={test.ok ? "ok" : "bad"}>{test.ok ? "Answered" : "Failed"}</Badge>
        {test.status === null ? null : <span className="font-mono">HTTP {test.status}</span>}
        <span className="font-mono text-muted">{test.duration_ms.toLocaleString("en")} ms</span>
      </p>
      <CodeBlock plain title="As a model gets it" code={test.content} className="max-h-96 overflow-y-auto" />
    </section>
  );
}
