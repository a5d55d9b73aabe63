/**
 * The path of our own that `next` leads to, or null when it could lead anywhere else. Read the way a browser reads it:
 * it drops tabs and line breaks, takes a backslash for a slash, and resolves dots before it looks at the slashes.
 */
export function ownPath(next: string, origin: string): string | null {
  if (!next.startsWith("/") || !URL.canParse(next, origin)) return null;
  const url = new URL(next, origin);
  if (url.origin !== new URL(origin).origin || url.pathname.startsWith("//")) return null;
  return `${url.pathname}${url.search}`;
}
