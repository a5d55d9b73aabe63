import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { parseTheme, THEME_COOKIE } from "@/components/theme/theme";
import { edgeEnv } from "@/lib/platform/env";
import { REPORTS_META } from "@/lib/platform/report-browser-error";
import "@/app/globals.css";

export const metadata: Metadata = {
  title: { default: "Stint: agents by the minute, never by surprise", template: "%s · Stint" },
  description: "Run AI agents behind one API. Every run is metered in agent-minutes and stops at your cap, not after it.",
  applicationName: "Stint",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf9f5" },
    { media: "(prefers-color-scheme: dark)", color: "#11100e" },
  ],
};

/**
 * The theme comes from a cookie, so that the first paint is right without a script. Reading it makes every page
 * dynamic, which a content security policy with nonces asks for anyway.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const reportsTo = edgeEnv().SENTRY_DSN;
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme} className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        {reportsTo ? <meta name={REPORTS_META} content={reportsTo} /> : null}
        {children}
      </body>
    </html>
  );
}
