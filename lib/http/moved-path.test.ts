import { expect, test } from "vitest";
import { movedPath } from "@/lib/http/moved-path";

test.each<[string | null, string | null, string]>([
  ["/t/old", "", "/t/new"], ["/t/old/", "", "/t/new/"], ["/t/old/runs/run_1", "", "/t/new/runs/run_1"], ["/t/old/keys", "?cursor=key_1&limit=5", "/t/new/keys?cursor=key_1&limit=5"],
  ["/t/old/keys", "?_rsc=1abc", "/t/new/keys"], ["/t/old/t/old", null, "/t/new/t/old"], ["/t/o%6cd//evil.example/x", "", "/t/new//evil.example/x"],
  [null, "?a=1", "/t/new"], ["/elsewhere", "?a=1", "/t/new"],
])("%j with %j leads to %j", (path, query, wanted) => expect(movedPath("new", path, query)).toBe(wanted));
