import { StartRun } from "@/app/t/[tenant]/runs/[run]/start-run";
import { Unfold } from "@/app/t/[tenant]/runs/[run]/unfold";
import { curlOf } from "@/components/runs/curl";
import { CodeBlock } from "@/components/ui/code-block";
import { isEnded, type RunDto } from "@/lib/runs/schema";

type RunDeedsProps = { tenant: string; run: RunDto; origin: string; /** The reader may start runs, and what this one was given is kept. */ startable: boolean; /** It is to be run again: the button that leads there has become this form. While the run goes on there is no such button. */ rerun: boolean };

/** What can be done with a run: going on from it, running it again, calling it from a program, reading it raw. */
export function RunDeeds({ tenant, run, origin, startable, rerun }: RunDeedsProps) {
  return (
    <div className="grid grid-cols-1 gap-4">
      {startable && isEnded(run.status) ? (
        <Unfold id="continue" title="Continue this conversation">
          <StartRun tenant={tenant} agent={run.agent_id} previous={run.id} label="What comes next" button="Continue" hint="The agent is told what was said in this run and in those before it." input="" />
        </Unfold>
      ) : null}
      {startable && (rerun || !isEnded(run.status)) ? (
        <Unfold id="run-again" title="Run again" open={rerun}>
          <StartRun tenant={tenant} agent={run.agent_id} previous={run.previous_run_id} label="Input" button="Run agent" hint="The same input, or an edited one. The agent’s newest version runs it." input={run.input} />
        </Unfold>
      ) : null}
      {startable ? (
        <Unfold title="Copy as curl">
          <CodeBlock title="curl" code={curlOf(origin, run.agent, run.input, "wait")} className="max-h-96 overflow-y-auto" />
        </Unfold>
      ) : null}
      <Unfold title="Raw JSON">
        <CodeBlock title={`GET /api/v1/runs/${run.id}`} code={JSON.stringify(run, null, 2)} className="max-h-[32rem] overflow-y-auto" />
      </Unfold>
    </div>
  );
}
