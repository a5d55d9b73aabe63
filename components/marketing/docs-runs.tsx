import { runExample, streamExample } from "@/components/marketing/api-examples";
import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

const RUN_ANSWER = `{
  "id": "run_01kaq3…",
  "object": "run",
  "agent": "summarise",
  "status": "succeeded",
  "model": "stint-extract-1",
  "error": null,
  "usage": {
    "agent_ms": 1834,
    "lost_ms": 0,
    "input_tokens": 2871,
    "output_tokens": 96,
    "model_spend_micros": 0
  },
  "max_ms": 300000,
  "output": "…",
  "steps": [ … ]
}`;

const STREAM_ANSWER = `id: 1
event: run.started
data: {"attempt":1}

id: 2
event: step.started
data: {"step":1,"kind":"model","name":"stint-extract-1"}

id: 3
event: output.delta
data: {"step":1,"text":"Pressure at station 4 "}

id: 4
event: step.completed
data: {"step":1,"kind":"model","output_tokens":96, …}

id: 5
event: run.succeeded
data: {"status":"succeeded","run":{ … }}`;

const FIELDS = [
  { name: "agent", text: "The agent’s slug or id." },
  { name: "input", text: "The text to work on, at most 256 KiB." },
  { name: "wait", text: "Answer when the run has ended, or after ten minutes with the run as it is then." },
  { name: "stream", text: "Answer with the run’s events as they happen. Not together with wait." },
  { name: "metadata", text: "Up to 16 pairs of text of your own." },
  { name: "max_minutes", text: "The longest this run may execute; the plan’s limit still holds." },
];

const STATUSES = [
  { name: "queued", text: "Waiting for a free slot. Not billed." },
  { name: "running", text: "Executing on a worker." },
  { name: "succeeded", text: "Ended with an output." },
  { name: "failed", text: "Ended with an error; error says which." },
  { name: "canceled", text: "Ended because somebody asked for it." },
  { name: "timed_out", text: "Reached the longest time it may execute." },
  { name: "stopped", text: "Ended by the platform at a cap or a pause." },
];

/** Starting runs, and following them. */
export function DocsRuns({ origin }: { origin: string }) {
  return (
    <>
      <DocsSection id="runs" aside={<><CodeBlock title="POST /runs" code={runExample(origin).curl} /><CodeBlock title="Answer, shortened" code={RUN_ANSWER} /></>}>
        <Prose className="mb-6">
          <p>
            <Code>POST /runs</Code> queues one execution of an agent on one input and answers <Code>201</Code> with the run. Without <Code>wait</Code> or <Code>stream</Code> it
            answers at once; ask <Code>{"GET /runs/{id}"}</Code> later. <Code>{"POST /runs/{id}/cancel"}</Code> ends a waiting run at once and an executing one within a second.
          </p>
        </Prose>
        <FactTable caption="Fields of POST /runs" head={["Field", "Meaning"]} rows={FIELDS} />
        <div className="h-8" />
        <FactTable caption="Statuses of a run" head={["Status", "Meaning"]} rows={STATUSES} />
      </DocsSection>
      <DocsSection id="streaming" aside={<><CodeBlock title="POST /runs" code={streamExample(origin).curl} /><CodeBlock title="Answer" code={STREAM_ANSWER} /></>}>
        <Prose>
          <p>
            With <Code>{'"stream": true'}</Code> the answer is a stream of server-sent events. Pieces of the output arrive as <Code>output.delta</Code> while the model writes. The
            last event is named after the run’s final status and carries the finished run; after it the stream ends.
          </p>
          <p>
            Every event has a number. After a broken connection, <Code>{"GET /runs/{id}/events"}</Code> with <Code>Last-Event-ID</Code> goes on after the number you saw last.
            The run itself does not stop when nobody listens. The header <Code>Stint-Run-Id</Code> names it from the start.
          </p>
          <p>
            <Code>run.requeued</Code> says that a worker went away and another will go on from the last stored step. The time that was lost is not billed.
          </p>
        </Prose>
      </DocsSection>
    </>
  );
}
