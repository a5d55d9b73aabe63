/** Longest that is kept of what an error says. */
const MOST_CHARS = 500;

/** What went wrong, for staff, without anything that is a secret. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return "Something was thrown that is no error.";
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  // A database's error begins with where in the code it came from and ends with what it was.
  const words = `${error.name}: ${error.message}${cause}`.split("\n").map((line) => line.trim()).filter(Boolean);
  const told = words.length > 2 ? `${error.name}: ${words.at(-1)}` : words.join(" ");
  return told.replaceAll(/\b(?:sk|rk|whsec|pk)_\w+(?:\*+\w*)?/g, "[secret]").replaceAll(/postgres(?:ql)?:\/\/\S+/g, "[database]").slice(0, MOST_CHARS);
}
