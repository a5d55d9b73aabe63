import { expect, test } from "vitest";
import { withoutContents } from "@/lib/platform/report-contents";

test("a report keeps ids and loses whatever could hold a secret", () => {
  const event = {
    tags: { request_id: "req_1" }, user: { email: "canary" }, extra: { canary: 1 },
    request: { url: "http://localhost/api/v1/me", headers: { authorization: "canary" }, cookies: { session: "canary" }, data: "canary", query_string: "canary", env: { canary: "1" } },
  };
  const sent = JSON.stringify(withoutContents(event));
  expect(sent).not.toContain("canary");
  expect(sent).toContain("req_1");
});
