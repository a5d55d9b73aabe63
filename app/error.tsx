"use client";

import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { reportBrowserError } from "@/lib/platform/report-browser-error";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

/** Stands where a page failed. What failed on the server was reported there and has a number; what failed here is reported here. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  useEffect(() => {
    if (error.digest === undefined) reportBrowserError(error).catch(() => undefined);
  }, [error]);
  return (
    <main className="mx-auto grid min-h-[70dvh] max-w-[560px] content-center gap-6 px-4 py-16">
      <div aria-hidden="true" className="ruler" />
      <div role="alert">
        <h1 className="text-2xl">This page could not be shown.</h1>
        <p className="mt-2 text-base text-muted">
          Something failed on our side. What you had saved is safe, and runs go on. Try again; if it stays, tell the operator{error.digest ? " this number" : " when it happened"}.
        </p>
        {error.digest ? <p className="measured mt-2 text-sm">{error.digest}</p> : null}
      </div>
      <div>
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  );
}
