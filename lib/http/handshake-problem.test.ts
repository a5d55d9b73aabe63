import { expect, test } from "vitest";
import { HANDSHAKE_PROBLEMS, handshakeProblem } from "@/lib/http/handshake-problem";

test("every problem has a sentence of its own", () => {
  const sentences = HANDSHAKE_PROBLEMS.map((problem) => handshakeProblem(problem, "google"));
  expect(new Set(sentences).size).toBe(HANDSHAKE_PROBLEMS.length);
  expect(handshakeProblem("taken", "github")).toContain("GitHub");
});

test("nothing of an address is shown", () => {
  for (const code of ["OAuthCallback", "<b>", "constructor", ["failed", "failed"], undefined]) expect(handshakeProblem(code, "github")).toBeNull();
  for (const provider of ["<b>evil</b>", ["github"], undefined]) expect(handshakeProblem("failed", provider)).toBeNull();
});
