import { PROVIDER_NAMES, PROVIDERS } from "@/lib/users/schema";

/** Why signing in with an account elsewhere, or connecting one, came to nothing. It travels in an address; its sentence does not. */
export const HANDSHAKE_PROBLEMS = ["canceled", "expired", "failed", "ours", "too_many", "no_verified_address", "connected_to_another", "taken", "session_ended"] as const;
export type HandshakeProblem = (typeof HANDSHAKE_PROBLEMS)[number];

const SENTENCES: Record<HandshakeProblem, (name: string) => string> = {
  canceled: (name) => `You stopped at ${name}. Nothing was changed.`,
  expired: () => "This attempt is too old, or was begun in another window. Nothing was changed; start again.",
  failed: (name) => `${name} did not confirm who you are. Nothing was changed; try again, or sign in another way.`,
  ours: () => "Something failed on our side; nothing was changed. Try again in a minute.",
  too_many: () => "Too many attempts. Try again in a few minutes.",
  no_verified_address: (name) => `${name} has verified no e-mail address of this account. Verify one there, or sign in with your address here and connect ${name} in your account.`,
  connected_to_another: (name) => `Your account here is connected to another ${name} account. Use that one, or disconnect it first.`,
  taken: (name) => `This ${name} account is connected to somebody else's account here. Nothing was changed.`,
  session_ended: (name) => `Your session ended on the way. Sign in, then connect ${name} again.`,
};

/** What a person reads of the problem that an address names; null when it names none. */
export function handshakeProblem(code: unknown, provider: unknown): string | null {
  const known = HANDSHAKE_PROBLEMS.find((problem) => problem === code);
  const from = PROVIDERS.find((one) => one === provider);
  return known && from ? SENTENCES[known](PROVIDER_NAMES[from]) : null;
}
