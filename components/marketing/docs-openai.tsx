import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

const FACTS = [
  { name: "model", text: "An agent’s slug. Its instructions come before your messages." },
  { name: "messages", text: "Text, in the roles system, developer, user, assistant and tool. Images and other parts are refused." },
  { name: "tools", text: "Yours. When the model calls one, the answer ends with finish_reason tool_calls, and you send the result with the next request. The agent’s own tools are run by Stint and are not shown." },
  { name: "response_format", text: "json_schema and json_object hold the answer to a schema; it is then sent in one piece." },
  { name: "stream", text: "Pieces as the model writes. With stream_options.include_usage the last one has the token counts." },
  { name: "temperature, max_completion_tokens", text: "Go before the agent’s own. metadata is kept with the run. Fields that are not named here are ignored; n may only be 1." },
];

/** Calling an agent with a client that was written for OpenAI. */
export function DocsOpenAi({ origin }: { origin: string }) {
  const typescript = `import OpenAI from "openai";

const client = new OpenAI({
  apiKey: process.env.STINT_API_KEY,
  baseURL: "${origin}/api/v1",
});

const stream = await client.chat.completions.create({
  model: "summarise",
  messages: [{ role: "user", content: report }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
}`;
  const python = `import os
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["STINT_API_KEY"],
    base_url="${origin}/api/v1",
)

answer = client.chat.completions.create(
    model="summarise",
    messages=[{"role": "user", "content": report}],
)
print(answer.choices[0].message.content)`;
  return (
    <DocsSection id="openai" aside={<><CodeBlock title="TypeScript" code={typescript} /><CodeBlock title="Python" code={python} /></>}>
      <Prose className="mb-6">
        <p>
          Clients written for OpenAI work with <Code>{`${origin}/api/v1`}</Code> as their base URL and an API key of the workspace. <Code>GET /models</Code> lists the agents.
          Every call of <Code>POST /chat/completions</Code> is a run: metered, capped and shown like any other. Its id is in the answer’s, <Code>chatcmpl-run_…</Code>.
        </p>
        <p>
          A client that goes away cancels the run. A run without an answer is an error in OpenAI’s shape: <Code>402</Code> at a cap, <Code>429</Code> and <Code>503</Code> where
          the model’s endpoint is to blame, <Code>422</Code> for the rest.
        </p>
      </Prose>
      <FactTable caption="Fields of POST /chat/completions" head={["Field", "Meaning"]} rows={FACTS} />
    </DocsSection>
  );
}
