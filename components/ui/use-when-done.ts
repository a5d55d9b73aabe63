import { useEffect, useRef } from "react";
import type { ActionState } from "@/lib/http/action-state";

/**
 * Does something when a form's action is done, like closing its dialog: once each time, however often the page is drawn meanwhile.
 * A dialog that is closing is drawn again, with a new function to close it.
 */
export function useWhenDone(state: ActionState, act: () => void): void {
  const acted = useRef<ActionState | null>(null);
  useEffect(() => {
    if (state.status !== "done" || acted.current === state) return;
    acted.current = state;
    act();
  }, [state, act]);
}
