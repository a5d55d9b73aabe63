import type { Metadata } from "next";
import type { ReactNode } from "react";
import { SiteFooter } from "@/components/marketing/site-footer";
import { SiteHeader } from "@/components/marketing/site-header";
import { SkipLink } from "@/components/shell/skip-link";
import { findHomePath } from "@/lib/http/home-path";
import { edgeEnv } from "@/lib/platform/env";

// The theme's cookie, the public origin and a policy's nonce are only known when somebody asks.
export const dynamic = "force-dynamic";

export function generateMetadata(): Metadata {
  return { metadataBase: new URL(edgeEnv().APP_URL), robots: { index: true, follow: true }, openGraph: { siteName: "Stint", type: "website" } };
}

export default async function MarketingLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SkipLink />
      <SiteHeader home={await findHomePath()} />
      <main id="content" tabIndex={-1} className="focus-visible:outline-none">
        {children}
      </main>
      <SiteFooter />
    </>
  );
}
