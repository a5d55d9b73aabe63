import { expect, test } from "vitest";
import { prettyJson } from "@/components/runs/pretty-json";

test.each([
  ["{\"a\":[1,2]}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}", true], ["[]", "[]", true], ["{\"a\":", "{\"a\":", false], ["Rain in Ulm.", "Rain in Ulm.", false], ["12", "12", false], ["", "", false],
])("%s", (given, text, json) => expect(prettyJson(given)).toEqual({ text, json }));
