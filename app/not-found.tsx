import type { Metadata } from "next";
import Link from "next/link";
import { Wordmark } from "@/components/brand/logo";
import { Button } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

/** Also what somebody sees who asks for another workspace's page: that it exists is nobody's business. */
export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-[560px] content-center gap-6 px-4 py-16">
      <Link href="/" aria-label="Stint, home" className="justify-self-start">
        <Wordmark />
      </Link>
      <div aria-hidden="true" className="ruler" />
      <div>
        <p className="measured text-sm text-muted">404</p>
        <h1 className="mt-1 text-2xl">There is nothing at this address.</h1>
        <p className="mt-2 text-base text-muted">The link may be old, or the thing may belong to a workspace you are not a member of. Nothing was changed.</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button asChild variant="primary">
          <Link href="/">Go to the start</Link>
        </Button>
        <Button asChild>
          <Link href="/docs">Read the docs</Link>
        </Button>
      </div>
    </main>
  );
}
