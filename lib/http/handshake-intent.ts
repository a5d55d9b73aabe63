import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { edgeEnv } from "@/lib/platform/env";
import { providerSchema } from "@/lib/users/schema";
import { HANDSHAKE_MS } from "@/lib/http/auth-options";
import { SECOND_MS } from "@/lib/core/time";

/** What a browser left for the provider for. `link` holds only for the session that asked: nobody else's browser can be made to link an account. */
const purposeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sign_in"), next: z.string().nullable() }),
  z.object({ kind: z.literal("link"), userId: z.string(), sessionId: z.string() }),
]);
export type HandshakePurpose = z.output<typeof purposeSchema>;

/** A handshake that was begun: with whom, why, and the `state` that it comes back with. */
const intentSchema = z.object({ provider: providerSchema, state: z.string().min(1), purpose: purposeSchema });
export type HandshakeIntent = z.output<typeof intentSchema>;

/** Sealed with another key than a session, as the second factor's cookie is. */
const SALT = "stint.handshake";

export function sealIntent(intent: HandshakeIntent): Promise<string> {
  return encode({ token: intent, secret: edgeEnv().AUTH_SECRET, salt: SALT, maxAge: HANDSHAKE_MS / SECOND_MS });
}

/** Opens a cookie value; null when it is missing, forged or too old. */
export async function openIntent(cookie: string | undefined): Promise<HandshakeIntent | null> {
  if (!cookie) return null;
  try {
    return intentSchema.parse(await decode({ token: cookie, secret: edgeEnv().AUTH_SECRET, salt: SALT }));
  } catch {
    // As with a session: what exactly is wrong with it is the sender's business.
    return null;
  }
}
