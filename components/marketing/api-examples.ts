export type Language = "curl" | "typescript" | "python";

export const LANGUAGES: { id: Language; name: string }[] = [
  { id: "curl", name: "curl" },
  { id: "typescript", name: "TypeScript" },
  { id: "python", name: "Python" },
];

/** One request in each language. */
export type Example = Record<Language, string>;

/** Creating an agent. `origin` is the public origin of the installation, without a slash at its end. */
export function createAgentExample(origin: string): Example {
  return {
    curl: `curl ${origin}/api/v1/agents \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "name": "Summarise",
    "slug": "summarise",
    "model": "stint-extract-1",
    "instructions": "Give the four most important sentences."
  }'`,
    typescript: `const stint = (path: string, body: unknown) =>
  fetch("${origin}/api/v1" + path, {
    method: "POST",
    headers: {
      Authorization: \`Bearer \${process.env.STINT_API_KEY}\`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });

await stint("/agents", {
  name: "Summarise",
  slug: "summarise",
  model: "stint-extract-1",
  instructions: "Give the four most important sentences.",
});`,
    python: `import os, requests

stint = requests.Session()
stint.headers["Authorization"] = f"Bearer {os.environ['STINT_API_KEY']}"
api = "${origin}/api/v1"

stint.post(f"{api}/agents", json={
    "name": "Summarise",
    "slug": "summarise",
    "model": "stint-extract-1",
    "instructions": "Give the four most important sentences.",
}).raise_for_status()`,
  };
}

/** Running it and waiting for the answer. */
export function runExample(origin: string): Example {
  return {
    curl: `curl ${origin}/api/v1/runs \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"agent":"summarise","input":"…","wait":true}'`,
    typescript: `import { readFile } from "node:fs/promises";

const answer = await stint("/runs", {
  agent: "summarise",
  input: await readFile("report.txt", "utf8"),
  wait: true,
});
const run = await answer.json();
console.log(run.status, run.output);`,
    python: `run = stint.post(f"{api}/runs", json={
    "agent": "summarise",
    "input": open("report.txt").read(),
    "wait": True,
}).json()
print(run["status"], run["output"])`,
  };
}

/** Running it and reading the output as it is written. */
export function streamExample(origin: string): Example {
  return {
    curl: `curl -N ${origin}/api/v1/runs \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"agent":"summarise","input":"…","stream":true}'`,
    typescript: `const answer = await stint("/runs", { agent: "summarise", input, stream: true });
const chunks = answer.body!.pipeThrough(new TextDecoderStream());
for await (const chunk of chunks) process.stdout.write(chunk);`,
    python: `with stint.post(f"{api}/runs", stream=True, json={
    "agent": "summarise", "input": text, "stream": True,
}) as answer:
    for line in answer.iter_lines(decode_unicode=True):
        print(line)`,
  };
}

/** Reading what a run used. */
export function usageExample(origin: string): Example {
  return {
    curl: `curl ${origin}/api/v1/me \\
  -H "Authorization: Bearer $STINT_API_KEY"

# The run itself says what it used:
# "usage": { "agent_ms": 12400, "lost_ms": 0,
#            "input_tokens": 2871, "output_tokens": 96,
#            "model_spend_micros": 0 }`,
    typescript: `// Milliseconds of execution, as metered. Never rounded per run.
console.log(run.usage.agent_ms, run.usage.model_spend_micros);

const me = await fetch("${origin}/api/v1/me", {
  headers: { Authorization: \`Bearer \${process.env.STINT_API_KEY}\` },
});
console.log(await me.json());`,
    python: `# Milliseconds of execution, as metered. Never rounded per run.
print(run["usage"]["agent_ms"], run["usage"]["model_spend_micros"])

print(stint.get(f"{api}/me").json())`,
  };
}
