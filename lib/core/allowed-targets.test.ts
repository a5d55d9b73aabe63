import { expect, test } from "vitest";
import { parseAllowedTargets } from "@/lib/core/allowed-targets";

test("hosts with a port, and networks in their one spelling", () => {
  expect(parseAllowedTargets(" Tools.internal:8080, 10.1.2.3/8,[::1]:80 ,127.0.0.1:443,")).toEqual({ hosts: ["tools.internal:8080", "[::1]:80", "127.0.0.1:443"], networks: ["10.0.0.0/8"] });
  expect(parseAllowedTargets("")).toEqual({ hosts: [], networks: [] });
});

test.each(["tools.internal", "10.0.0.0/33", "http://a:80", "a:99999", "a:0", "user@a:80", "*:80/x", "::1:80"])("%j is neither", (text) => expect(parseAllowedTargets(text)).toBeNull());
