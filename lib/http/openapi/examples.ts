/** One request in three languages. Pure. */

export const LANGUAGES = [{ id: "curl", name: "curl" }, { id: "typescript", name: "TypeScript" }, { id: "python", name: "Python" }] as const;
export type Language = (typeof LANGUAGES)[number]["id"];

/** `answer`: what comes back; a file is given the name under which it is kept. */
export type ExampleRequest = { method: string; url: string; needsKey: boolean; body?: unknown; answer: "json" | "stream" | { file: string } };

/** Code that sends a request and shows its answer. The key is read from the environment. */
export function requestExample(language: Language, request: ExampleRequest): string {
  switch (language) {
    case "curl": return toCurl(request);
    case "typescript": return toTypeScript(request);
    case "python": return toPython(request);
  }
}

function toCurl({ method, url, needsKey, body, answer }: ExampleRequest): string {
  const flags = [
    ...(answer === "stream" ? ["-N"] : []),
    // curl sends a POST by itself where there is a body.
    ...(method === "GET" || (method === "POST" && body !== undefined) ? [] : [`-X ${method}`]),
  ];
  return [
    ["curl", ...flags, inShell(url)].join(" "),
    ...(needsKey ? ['-H "Authorization: Bearer $STINT_API_KEY"'] : []),
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`]),
    ...(typeof answer === "object" ? [`-o ${answer.file}`] : []),
  ].join(" \\\n  ");
}

function inShell(url: string): string {
  return /^[\w:/.-]+$/.test(url) ? url : `"${url}"`;
}

function toTypeScript({ method, url, needsKey, body, answer }: ExampleRequest): string {
  const headers = [...(needsKey ? ["Authorization: `Bearer ${process.env.STINT_API_KEY}`"] : []), ...(body === undefined ? [] : ['"Content-Type": "application/json"'])];
  const options = [
    ...(method === "GET" ? [] : [`method: "${method}",`]),
    ...(headers.length === 0 ? [] : headers.length === 1 ? [`headers: { ${headers[0]} },`] : ["headers: {", ...headers.map((line) => `  ${line},`), "},"]),
    ...(body === undefined ? [] : [`body: JSON.stringify(${JSON.stringify(body, null, 2)}),`]),
  ];
  const call = options.length === 0 ? `fetch("${url}")` : `fetch("${url}", {\n${indent(options.join("\n"), 2)}\n})`;
  const read = answer === "json" ? "console.log(await response.json());"
    : answer === "stream" ? "const chunks = response.body!.pipeThrough(new TextDecoderStream());\nfor await (const chunk of chunks) process.stdout.write(chunk);"
    : `await writeFile("${answer.file}", response.body!);`;
  return [...(typeof answer === "object" ? ['import { writeFile } from "node:fs/promises";\n'] : []), `const response = await ${call};`, read].join("\n");
}

function toPython({ method, url, needsKey, body, answer }: ExampleRequest): string {
  const options = [
    `"${url}",`,
    ...(needsKey ? [`headers={"Authorization": f"Bearer {os.environ['STINT_API_KEY']}"},`] : []),
    ...(body === undefined ? [] : [`json=${toLiteral(body)},`]),
    ...(answer === "stream" ? ["stream=True,"] : []),
  ];
  const read = answer === "json" ? "print(response.json())"
    : answer === "stream" ? "for line in response.iter_lines(decode_unicode=True):\n    print(line)"
    : `open("${answer.file}", "wb").write(response.content)`;
  return `import ${needsKey ? "os, requests" : "requests"}\n\nresponse = requests.${method.toLowerCase()}(\n${indent(options.join("\n"), 4)}\n)\n${read}`;
}

/** A value of JSON as Python writes it. */
function toLiteral(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(", ")}]`;
  if (typeof value === "object") return `{\n${indent(Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${toLiteral(inner)},`).join("\n"), 4)}\n}`;
  return JSON.stringify(value);
}

function indent(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(by));
}
