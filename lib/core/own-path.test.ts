import { expect, test } from "vitest";
import { ownPath } from "@/lib/core/own-path";

const ORIGIN = "https://stint.example";

test.each(["/t/demo", "/t/demo/runs?status=failed", "/admin"])("%s stays", (path) => expect(ownPath(path, ORIGIN)).toBe(path));

test.each([
  "//evil.test", "/\\evil.test", "/\t/evil.test", "/\n/evil.test", "/..//evil.test", "/x/..//evil.test", "/./\t/evil.test", "https://evil.test/", "javascript:alert(1)",
  "evil.test", "", "\\\\evil.test", "/%2e%2e//evil.test",
])("%j leads nowhere", (path) => expect(ownPath(path, ORIGIN)).toBeNull());
