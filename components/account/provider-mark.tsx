import type { Provider } from "@/lib/users/schema";

/** A provider's mark in the colour of the words beside it, which name it. */
export function ProviderMark({ provider }: { provider: Provider }) {
  return provider === "github" ? (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4" fill="currentColor">
      <path d="M3.2 1.6 5.7 3a9 9 0 0 1 4.6 0l2.5-1.4c.6.9.7 2.1.4 3.1a4.6 4.6 0 0 1 .9 2.8c0 2.9-1.8 4.4-4.1 4.7.5.5.7 1.1.7 1.9V16H5.4v-1.7c-1.9.3-2.5-.5-3.1-1.5-.3-.5-.7-.9-1.3-1.1.9-.4 1.8 0 2.4.8.6.8 1.1 1 2 .8.1-.5.3-.8.6-1.1-2.3-.3-4.1-1.8-4.1-4.7 0-1.1.3-2 .9-2.8-.3-1-.2-2.2.4-3.1Z" />
    </svg>
  ) : (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4" fill="none" stroke="currentColor" strokeWidth="2.4">
      <path d="M12.6 3.9A6.2 6.2 0 1 0 14.1 8.1H8.4" />
    </svg>
  );
}
