import type { MetadataRoute } from "next";
import { edgeEnv } from "@/lib/platform/env";

export const dynamic = "force-dynamic";

const PAGES = ["/", "/pricing", "/docs", "/docs/api", "/docs/errors", "/status", "/security", "/licence"];

export default function sitemap(): MetadataRoute.Sitemap {
  return PAGES.map((path) => ({ url: `${edgeEnv().APP_URL}${path}` }));
}
