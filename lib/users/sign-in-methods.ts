/** The ways in which a session can be opened, as the database's check constraint has them. Client-safe and edge-safe. */
export const SIGN_IN_METHODS = ["password", "link", "sign_up", "invitation", "github", "google"] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** True for one of them. */
export function isSignInMethod(text: string): text is SignInMethod {
  return (SIGN_IN_METHODS as readonly string[]).includes(text);
}

/** How a person reads them. */
export const METHOD_WORDS: Record<SignInMethod, string> = {
  password: "password", link: "mailed link", sign_up: "new account", invitation: "invitation", github: "GitHub", google: "Google",
};
