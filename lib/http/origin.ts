import { edgeEnv } from "@/lib/platform/env";

/** The public origin, for code samples and links. */
export function publicOrigin(): string {
  return new URL(edgeEnv().APP_URL).origin;
}
