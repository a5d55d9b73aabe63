import NextAuth, { type AuthOptions } from "next-auth";

export type NextAuthRequest = { method: "GET" | "POST"; path: string[]; query?: Record<string, string>; body?: Record<string, string>; cookies: Record<string, string> };
export type NextAuthAnswer = { location: string | null; cookies: Record<string, string>; body: unknown };

/**
 * Asks next-auth for one step and gives back what it wants done, without doing it: where the browser goes and which cookies
 * it gets is ours to say. Through its older interface, since the newer one reads and writes the request that is being served.
 */
export async function askNextAuth(options: AuthOptions, { method, path, query = {}, body, cookies }: NextAuthRequest): Promise<NextAuthAnswer> {
  const answer: NextAuthAnswer = { location: null, cookies: {}, body: null };
  const headers = new Map<string, unknown>();
  const response = {
    status: () => response,
    getHeader: (name: string) => headers.get(name),
    setHeader: (name: string, value: unknown) => {
      headers.set(name, value);
      return response;
    },
    json: (value: unknown) => void (answer.body = value),
    send: (value: unknown) => void (answer.body = value),
    end: () => undefined,
  };
  // Of the two objects of Node's HTTP it uses only what stands here.
  await NextAuth({ method, query: { ...query, nextauth: path }, body, cookies, headers: {} } as never, response as never, options);
  const location = headers.get("Location");
  if (typeof location === "string") answer.location = location;
  for (const line of [headers.get("Set-Cookie") ?? []].flat()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(String(line)) ?? [];
    if (name && value) answer.cookies[name] = decodeURIComponent(value);
  }
  return answer;
}
