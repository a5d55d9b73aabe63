import type { MetadataRoute } from "next";
import { edgeEnv } from "@/lib/platform/env";

export const dynamic = "force-dynamic";

/** Public pages may be found; everything behind a sign-in, and the API, has nothing to find. */
export default function robots(): MetadataRoute.Robots {
  return { rules: { userAgent: "*", allow: "/", disallow: ["/t/", "/admin", "/api/"] }, sitemap: `${edgeEnv().APP_URL}/sitemap.xml` };
}
