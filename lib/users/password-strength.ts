import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { AppError } from "@/lib/core/errors";

/** Words that a password for this product is likely to be made of. */
const OF_THE_PRODUCT = ["stint", "agent", "agents", "workspace"];
/** Of zxcvbn's 0 to 4: at least a hundred million guesses. */
const LEAST_SCORE = 3;
/** What comes after this adds nothing to how hard the part before it is to guess. */
const LOOKED_AT = 100;

let estimator: ZxcvbnFactory | undefined;

/**
 * Refuses a password that somebody would guess: one of the nearly 50,000 most common ones of known breaches (a list that
 * comes with the packages; nothing is asked elsewhere), a variation of one, a pattern, or the person's own name or address.
 * @param about what is known of the person: name, address
 * @throws AppError `invalid_field` on `password`
 */
export function requireStrongPassword(password: string, about: readonly string[]): void {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const own = about.flatMap((text) => [text, ...text.split(/[\s@._+-]+/)]).filter((word) => word.length > 2);
  const { score, feedback } = estimator.check(password.slice(0, LOOKED_AT), [...OF_THE_PRODUCT, ...own]);
  if (score >= LEAST_SCORE) return;
  throw new AppError("invalid_field", feedback.warning !== null && COMMON.has(feedback.warning) ? "This password is on lists of leaked passwords. Choose another one." : "This password is easy to guess. Use several unrelated words, or a longer one.", { param: "password" });
}

/** Warnings of zxcvbn that mean the list of leaked passwords. */
const COMMON: ReadonlySet<string> = new Set(["topTen", "topHundred", "common", "similarToCommon"]);
