/** The address of the same page of a workspace under its new slug; the workspace's first page where the old one is not known. */
export function movedPath(slug: string, path: string | null, query: string | null): string {
  const rest = /^\/t\/[^/]+(\/.*)?$/.exec(path ?? "");
  const params = new URLSearchParams(query ?? "");
  // Next's own, on what the browser fetches between two pages.
  params.delete("_rsc");
  return `/t/${slug}${rest?.[1] ?? ""}${rest && params.size > 0 ? `?${params}` : ""}`;
}
