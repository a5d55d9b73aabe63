"use client";

import { GeistSans } from "geist/font/sans";
import ErrorPage from "@/app/error";
import "@/app/globals.css";

type GlobalErrorProps = { error: Error & { digest?: string }; reset: () => void };

/** The last resort, when the root layout itself failed. */
export default function GlobalError({ error, reset }: GlobalErrorProps) {
  return (
    <html lang="en" className={GeistSans.variable}>
      <body>
        <title>This page could not be shown · Stint</title>
        <ErrorPage error={error} reset={reset} />
      </body>
    </html>
  );
}
