import { NextResponse, type NextRequest } from "next/server";
import { gate } from "@/lib/http/gate";

/** Mounts the gate on Next's edge runtime. */
export async function middleware(request: NextRequest): Promise<Response> {
  const verdict = await gate(request);
  if (verdict.kind === "refuse") return verdict.response;
  const response = NextResponse.next({ request: { headers: verdict.requestHeaders } });
  for (const [name, value] of Object.entries(verdict.responseHeaders)) response.headers.set(name, value);
  return response;
}

export const config = {
  // Everything but built assets and files of public/.
  matcher: ["/((?!_next/static|_next/image|favicon.ico|icon.svg|.*\\.(?:png|svg|ico|txt|xml|webmanifest|woff2)$).*)"],
};
