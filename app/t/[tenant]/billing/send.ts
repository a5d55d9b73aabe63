import { formOf } from "@/app/t/[tenant]/team/form-of";
import { fieldError, formError, type ActionState } from "@/lib/http/action-state";

type Action<T> = (before: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
export type Answer<T> = { data: T } | { problem: string };

const UNREACHED = "The server did not answer. Check your connection, then reload this page to see what is in force.";

/** Calls an action of the billing pages and gives its answer, or what is wrong in a sentence. Never throws. */
export async function ask<T>(action: Action<T>, tenant: string, fields: Record<string, string> = {}): Promise<Answer<T>> {
  try {
    const state = await action({ status: "idle" }, formOf({ tenant, ...fields }));
    if (state.status === "done") return { data: state.data };
    return { problem: formError(state) ?? fieldError(state, "plan") ?? "This is not possible. Reload the page; nothing was changed." };
  } catch {
    // The network, or a release that came between the page and this click.
    return { problem: UNREACHED };
  }
}

/** For a confirmation dialog: nothing when it was done, else the sentence to show. */
export async function send<T>(action: Action<T>, tenant: string, fields: Record<string, string> = {}): Promise<string | void> {
  const answer = await ask(action, tenant, fields);
  if ("problem" in answer) return answer.problem;
}
