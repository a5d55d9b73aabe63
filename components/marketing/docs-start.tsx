import Link from "next/link";
import { runExample } from "@/components/marketing/api-examples";
import { DocsSection } from "@/components/marketing/docs-layout";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

/** From nothing to a first answer, and how a program shows who it is. */
export function DocsStart({ origin }: { origin: string }) {
  const run = runExample(origin);
  return (
    <>
      <DocsSection id="quick-start" aside={<><CodeBlock title="Keep the key in the environment" code={`export STINT_API_KEY="stint_…"`} /><CodeBlock title="Run the agent and wait" code={run.curl} /></>}>
        <Prose>
          <ol>
            <li>
              <Link href="/sign-up">Create an account</Link>, open the link in the mail, and name your workspace.
            </li>
            <li>
              Create an agent. Give it the slug <Code>summarise</Code> and the model <Code>stint-extract-1</Code>.
            </li>
            <li>Create an API key and copy it. It is shown once.</li>
            <li>Run the agent on your own text. The answer is the finished run, with its output and what it used.</li>
            <li>See the same run, its steps and its agent-minutes in the browser.</li>
          </ol>
        </Prose>
      </DocsSection>
      <DocsSection id="authentication" aside={<CodeBlock title="Who am I, and what is left?" code={`curl ${origin}/api/v1/me \\\n  -H "Authorization: Bearer $STINT_API_KEY"`} />}>
        <Prose>
          <p>
            Every request to <Code>/api/v1</Code> carries a key: <Code>Authorization: Bearer stint_…</Code>. A key belongs to one workspace and has scopes; a new one may read
            agents, read and start runs, and read usage. Creating agents or keys from a program needs <Code>agents:write</Code> or <Code>keys:write</Code>.
          </p>
          <p>
            <Code>GET /me</Code> answers with the key’s workspace, its scopes, the period, and what is used and left of each cap. It is never counted.
          </p>
          <p>
            Bodies are JSON of at most 8 MB, in snake_case. <Code>Stint-Version: 2026-11-23</Code> pins the version of the API; every answer says which one was used, and
            carries an <Code>X-Request-Id</Code>.
          </p>
        </Prose>
      </DocsSection>
    </>
  );
}
