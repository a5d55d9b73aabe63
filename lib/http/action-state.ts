/** What a form knows after its action: nothing yet, done, a field to correct, or a failure. Client-safe. */
export type ActionState<T = unknown> =
  | { status: "idle" }
  | { status: "done"; data: T }
  | { status: "invalid"; fieldErrors: Record<string, string>; values: Record<string, string> }
  | { status: "failed"; message: string; values: Record<string, string> };

/** What was typed into a field before the action failed; empty otherwise. */
export function typedValue(state: ActionState, name: string): string {
  return "values" in state ? (state.values[name] ?? "") : "";
}

/** What is wrong with a field, or nothing. */
export function fieldError(state: ActionState, name: string): string | undefined {
  return state.status === "invalid" ? state.fieldErrors[name] : undefined;
}

/** A failure that belongs to no field, or nothing. */
export function formError(state: ActionState): string | undefined {
  return state.status === "failed" ? state.message : undefined;
}
