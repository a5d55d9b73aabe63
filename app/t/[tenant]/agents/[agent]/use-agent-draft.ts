"use client";

import { useState } from "react";
import type { AgentFormValues } from "@/lib/agents/form";

export type SavedAgent = { version: number; values: AgentFormValues };
export type AgentDraft = {
  values: AgentFormValues;
  /** The version that the draft began from. */
  version: number;
  dirty: boolean;
  change: (part: Partial<AgentFormValues>) => void;
  /** What was just saved is what the draft begins from now. */
  saved: (next: SavedAgent) => void;
  /** Drops the draft for the newest version. */
  discard: () => void;
};

/**
 * What is typed into an agent's editor. A newer version that somebody else saved takes its place by itself only while
 * nothing was typed.
 */
export function useAgentDraft(newest: SavedAgent): AgentDraft {
  const [base, setBase] = useState(newest);
  const [values, setValues] = useState(newest.values);
  const dirty = !sameValues(values, base.values);
  if (newest.version > base.version && !dirty) {
    setBase(newest);
    setValues(newest.values);
  }
  return {
    values, version: base.version, dirty,
    change: (part) => setValues((before) => ({ ...before, ...part })),
    saved: (next) => {
      setBase({ version: next.version, values: { ...next.values, note: "" } });
      // What was typed while it was being saved stays.
      setValues((now) => (now.note === next.values.note ? { ...now, note: "" } : now));
    },
    discard: () => {
      setBase(newest);
      setValues(newest.values);
    },
  };
}

function sameValues(one: AgentFormValues, other: AgentFormValues): boolean {
  const text = (values: AgentFormValues): string => JSON.stringify({ ...values, tools: [...values.tools].sort(), delegates: [...values.delegates].sort() });
  return text(one) === text(other);
}
