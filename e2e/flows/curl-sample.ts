/** What a shell would make of a curl line as the pages show it: address, headers and body, with the key in its place. */
export function parseCurl(sample: string, key: string): { url: string; headers: Record<string, string>; body: string } {
  const line = sample.replace(/\\\n/g, " ").replaceAll("$STINT_API_KEY", key);
  const url = /^curl (?:-N )?(https?:\/\/\S+)/.exec(line)?.[1];
  const body = /-d '([^']*)'/.exec(line)?.[1];
  if (!url || body === undefined) throw new Error(`this is no curl line that we know: ${sample}`);
  const headers = Object.fromEntries(Array.from(line.matchAll(/-H "([^:"]+): ([^"]+)"/g), ([, name, value]) => [name ?? "", value ?? ""]));
  return { url, headers, body };
}
