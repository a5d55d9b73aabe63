import { describe, expect, test } from "vitest";
import { createEndpointSchema, updateEndpointSchema } from "@/lib/webhooks/schema";
import { isAllowedProtocol } from "@/lib/webhooks/target";

const read = (given: object) => createEndpointSchema.safeParse({ url: "https://example.com/hook", ...given });

describe("an endpoint", () => {
  test("wants everything unless it says otherwise", () => expect(read({}).data).toEqual({ url: "https://example.com/hook", description: "", event_types: ["*"] }));
  test.each([["ftp://example.com"], ["example.com/hook"], ["https://"], ["javascript:alert(1)"], ["https://user:secret@example.com"], [`https://example.com/${"a".repeat(2_048)}`]])("is not at %s", (url) =>
    expect(read({ url }).error?.issues[0]?.path).toEqual(["url"]));
  test("has no fragment, which would not be sent", () => expect(read({ url: " https://Example.com/hook?a=1#b " }).data?.url).toBe("https://example.com/hook?a=1"));
  test("wants each type once, and `*` is all of them", () => {
    expect(read({ event_types: ["run.failed", "run.failed"] }).data?.event_types).toEqual(["run.failed"]);
    expect(read({ event_types: ["run.failed", "*"] }).data?.event_types).toEqual(["*"]);
  });
  test.each([[[]], [["run.started"]], ["run.failed"]])("does not want %j", (types) => expect(read({ event_types: types }).success).toBe(false));
  test("is changed field by field", () => {
    expect(updateEndpointSchema.parse({ enabled: false })).toEqual({ enabled: false });
    expect(updateEndpointSchema.safeParse({ secret: "whsec_x" }).success).toBe(false);
  });
});

describe("without encryption deliveries go only where the operator allows it", () => {
  const allowed = { hosts: ["hooks.local:8080"], networks: ["10.1.0.0/16", "fd00::/8"] };
  test.each([
    ["https://example.com", true], ["http://example.com", false], ["http://hooks.local:8080/x", true], ["http://hooks.local", false], ["http://10.1.2.3:99", true], ["http://10.2.2.3", false],
    ["http://[fd00::1]", true], ["http://[fe80::1]", false],
  ])("%s: %s", (url, fine) => expect(isAllowedProtocol(url, allowed)).toBe(fine));
});
