const LINES_SHOWN = 10;

/** An object as it goes out: a copy, a long list of lines cut as Stripe cuts it. */
export function present(row: object): Record<string, unknown> {
  // An API object is JSON.
  const copy = structuredClone(row) as Record<string, unknown>;
  const lines = copy.object === "invoice" ? copy.lines : undefined;
  if (isList(lines) && lines.data.length > LINES_SHOWN) copy.lines = { ...lines, data: lines.data.slice(0, LINES_SHOWN), has_more: true };
  return copy;
}

export function listOf<T>(data: T[], url: string): { object: "list"; data: T[]; has_more: boolean; url: string } {
  return { object: "list", data, has_more: false, url };
}

function isList(value: unknown): value is { data: unknown[] } {
  return typeof value === "object" && value !== null && "data" in value && Array.isArray(value.data);
}
