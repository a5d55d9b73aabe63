"use client";

import { useEffect } from "react";

/**
 * Asks before a page with changes that are not saved is left: by its links, by closing the tab, by loading it anew.
 * @param question what to ask; null while there is nothing to lose
 */
export function useUnsavedGuard(question: string | null): void {
  useEffect(() => {
    if (question === null) return;
    const beforeUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const samePage = link.pathname === location.pathname && link.search === location.search;
      if (link.target === "_blank" || link.hasAttribute("download") || link.origin !== location.origin || samePage || window.confirm(question)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("beforeunload", beforeUnload);
    // Before the link's own handler, which would go without asking.
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", beforeUnload);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, [question]);
}
