import { describe, expect, it } from "vitest";
import { highlight } from "@/components/ui/highlight";

describe("highlight", () => {
  it("loses and adds nothing", () => {
    const code = 'curl https://x.dev/api#top \\\n  -d \'{"input": "a # b"}\' # the end\nconst a = `b`; // c\n';
    expect(highlight(code).map((token) => token.text).join("")).toBe(code);
  });

  it("tells comments, strings and words apart", () => {
    expect(highlight('await f("x") // y')).toEqual([
      { kind: "word", text: "await" },
      { kind: "plain", text: " f(" },
      { kind: "string", text: '"x"' },
      { kind: "plain", text: ") " },
      { kind: "comment", text: "// y" },
    ]);
  });

  it("takes no address for a comment", () => {
    expect(highlight("https://x.dev/#a")).toEqual([{ kind: "plain", text: "https://x.dev/#a" }]);
  });
});
