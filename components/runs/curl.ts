/** The call that runs an agent on a text, for a shell: waiting for its end, or streaming it. */
export function curlOf(origin: string, agent: string, input: string, mode: "wait" | "stream"): string {
  // In single quotes nothing is special to a shell but the quote itself.
  const body = `{"agent": ${JSON.stringify(agent)}, "input": ${JSON.stringify(input)}, "${mode}": true}`.replaceAll("'", String.raw`'\''`);
  return `curl ${mode === "stream" ? "-N " : ""}${origin}/api/v1/runs \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;
}
