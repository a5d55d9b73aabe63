/**
 * True for a POST that a page of another origin sends to one of ours. Pages take POSTs as server actions only, and Next answers a foreign one with
 * an error of its own and a 500; this is what it compares, so that whatever it lets through passes here too. A request without `Origin` is no
 * browser's, or an old one's; whoever is signed in there is told by a cookie that other sites do not send.
 */
export function isForeignPost({ method, headers }: { method?: string | undefined; headers: Headers }): boolean {
  const origin = headers.get("origin");
  if (method !== "POST" || origin === null) return false;
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  const forwarded = headers.get("x-forwarded-host")?.split(",")[0]?.trim();
  return host === null || host === "" || (host !== forwarded && host !== headers.get("host"));
}
