/** What a form knows after its action: nothing yet, done, a field to correct, or a failure. Client-safe. */
export type ActionState<T = unknown> =
  | { status: "idle" }
  | { status: "done"; data: T }
  | { status: "invalid"; fieldErrors: Record<string, string>; values: TypedValues }
  | { status: "failed"; message: string; values: TypedValues };

/** What a form was sent with, without its secrets: one text per field, a list where boxes are ticked. */
export type TypedValues = Record<string, string | string[]>;

/** What was typed into a field before the action failed; empty otherwise. */
export function typedValue(state: ActionState, name: string): string {
  const value = "values" in state ? state.values[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** The boxes that were ticked before the action failed; `before` while nothing was sent. */
export function tickedValues(state: ActionState, name: string, before: readonly string[]): readonly string[] {
  if (!("values" in state)) return before;
  const value = state.values[name];
  return Array.isArray(value) ? value : [];
}

/** What is wrong with a field, or nothing. */
export function fieldError(state: ActionState, name: string): string | undefined {
  return state.status === "invalid" ? state.fieldErrors[name] : undefined;
}

/** A failure that belongs to no field, or nothing. */
export function formError(state: ActionState): string | undefined {
  return state.status === "failed" ? state.message : undefined;
}
