import { describe, expect, it } from "vitest";
import { toCsvLine } from "@/lib/core/csv";

describe("toCsvLine", () => {
  it("separates by commas and ends as RFC 4180 says", () => expect(toCsvLine(["a", 1, "", "b c"])).toBe("a,1,,b c\r\n"));

  it("quotes what would break a line or a field", () => expect(toCsvLine(['say "hi"', "a,b", "two\nlines"])).toBe('"say ""hi""","a,b","two\nlines"\r\n'));

  it.each([["=1+1", "'=1+1"], ["+1", "'+1"], ["-1", "'-1"], ["@SUM(A1)", "'@SUM(A1)"], ["\t=1", "'\t=1"], ["\r=1", "\"'\r=1\""], ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"']])(
    "makes %j plain text",
    (text, written) => expect(toCsvLine([text])).toBe(`${written}\r\n`),
  );

  it("leaves a negative number a number", () => expect(toCsvLine([-5])).toBe("-5\r\n"));
});
