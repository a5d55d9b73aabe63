import { createHash } from "node:crypto";
import { requestIdOf } from "@/lib/http/context";
import { methods } from "@/lib/http/methods";
import { OWN_ROUTE } from "@/lib/http/openapi/own-route";
import { describeHandler } from "@/lib/http/route-description";
import { TextResponse } from "@/lib/http/text-response";
import { edgeEnv } from "@/lib/platform/env";
import { apiDocument } from "../api-document";

let made: { text: string; etag: string } | undefined;

function document(): { text: string; etag: string } {
  if (made) return made;
  const text = JSON.stringify(apiDocument(edgeEnv().APP_URL));
  return (made = { text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"` });
}

// Public, and the same for everybody: whoever asks needs no key, and asks again only when it has changed.
async function getDocument(request: Request): Promise<Response> {
  const { text, etag } = document();
  const headers = { "Content-Type": "application/json", ETag: etag, "Cache-Control": "public, max-age=300", "X-Request-Id": requestIdOf(request.headers) };
  const known = request.headers.get("if-none-match")?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  if (known.includes(etag) || known.includes("*")) return new Response(null, { status: 304, headers });
  return new TextResponse(text, { status: 200, headers });
}

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: describeHandler(getDocument, OWN_ROUTE) });
