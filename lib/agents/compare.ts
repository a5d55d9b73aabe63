import { diffLines } from "diff";
import { changedFields } from "@/lib/agents/policy";
import type { AgentConfig, ConfigField } from "@/lib/agents/schema";

export type LineChange = { kind: "same" | "added" | "removed"; text: string };
/** A field that differs: as two short values, or as lines where it is a text. */
export type FieldChange = { field: ConfigField; before: AgentConfig[ConfigField]; after: AgentConfig[ConfigField]; lines: LineChange[] | null };

/** More differences than this are shown as one text for the other: finding the fewest would take longer than anybody waits. */
const MOST_EDITS = 1_000;

/** What differs between two configurations, field by field. Instructions and output schema are compared line by line. */
export function compareConfigs(before: AgentConfig, after: AgentConfig): FieldChange[] {
  return changedFields(before, after).map((field) => ({
    field, before: before[field], after: after[field], lines: field === "instructions" || field === "output_schema" ? compareLines(textOf(before[field]), textOf(after[field])) : null,
  }));
}

/** The lines of two texts: what stayed, what went, what came. */
export function compareLines(before: string, after: string): LineChange[] {
  const parts = diffLines(withEnd(before), withEnd(after), { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [...linesOf("removed", before), ...linesOf("added", after)];
  return parts.flatMap((part) => linesOf(part.added ? "added" : part.removed ? "removed" : "same", part.value));
}

export type ShownLine = LineChange | { kind: "skipped"; count: number };

/** The lines that changed with a few around them; what stays the same elsewhere is counted. */
export function foldLines(lines: readonly LineChange[], around = 3): ShownLine[] {
  const near = lines.map((_line, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== "same"));
  const shown: ShownLine[] = [];
  lines.forEach((line, at) => {
    const last = shown.at(-1);
    if (near[at]) shown.push(line);
    else if (last?.kind === "skipped") last.count += 1;
    else shown.push({ kind: "skipped", count: 1 });
  });
  return shown;
}

// A last line without its end would differ from the same line with something after it.
function withEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function linesOf(kind: LineChange["kind"], text: string): LineChange[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n").map((line) => ({ kind, text: line }));
}

/** A text field as it is compared: an output schema as its JSON, nothing as no line. */
function textOf(value: AgentConfig[ConfigField]): string {
  return value === null ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
