import { describe, expect, test } from "vitest";
import { clientIpOf, requestIdOf, withoutInternalHeaders } from "@/lib/http/context";

const from = (chain: string | null) => new Headers(chain === null ? {} : { "x-forwarded-for": chain });

describe("the client's address", () => {
  test.each([
    // Our own server has put the socket's address there, alone.
    ["203.0.113.9", 0, "203.0.113.9"],
    // What a client writes in front of it is not believed.
    ["1.1.1.1, 203.0.113.9", 0, "203.0.113.9"],
    ["1.1.1.1, 203.0.113.9", 1, "203.0.113.9"],
    ["1.1.1.1, 203.0.113.9, 10.0.0.1", 2, "203.0.113.9"],
    ["1.1.1.1, 2.2.2.2, 203.0.113.9, 10.0.0.1, 10.0.0.2", 3, "203.0.113.9"],
    // Fewer entries than proxies: the outermost there is.
    ["203.0.113.9", 3, "203.0.113.9"],
    [" , 203.0.113.9 ,", 0, "203.0.113.9"],
    ["", 1, "unknown"],
    [null, 0, "unknown"],
  ])("%j behind %d proxies is %s", (chain, hops, ip) => expect(clientIpOf(from(chain), hops)).toBe(ip));
});

describe("request ids", () => {
  test("the gate's is kept", () => expect(requestIdOf(new Headers({ "x-stint-request-id": `req_${"0".repeat(26)}` }))).toBe(`req_${"0".repeat(26)}`));
  test.each(["", "req_1", "evil\"", `req_${"0".repeat(200)}`])("%j is replaced", (id) => expect(requestIdOf(new Headers({ "x-stint-request-id": id }))).toMatch(/^req_[0-9a-z]{26}$/));
});

test("nothing that only the platform may set passes the gate", () => {
  const clean = withoutInternalHeaders(new Headers({ "X-Stint-Tenant-Id": "ten_1", "x-stint-client-ip": "1.1.1.1", "X-STINT-ANYTHING": "1", authorization: "Bearer x", "stint-version": "1" }));
  expect([...clean.keys()].sort()).toEqual(["authorization", "stint-version"]);
});
