import { expect, test } from "vitest";
import { describeFailure } from "@/lib/billing/events/failure";
import { readEvent } from "@/lib/billing/events/event";

test("says what went wrong without secrets, and with the last words of a long message", () => {
  expect(describeFailure(new Error("No such customer: 'cus_1'"))).toBe("Error: No such customer: 'cus_1'");
  expect(describeFailure(new Error("Invalid API Key provided: sk_test_****1234 or whsec_abc, rk_live_x"))).toBe("Error: Invalid API Key provided: [secret] or [secret], [secret]");
  expect(describeFailure(new Error("away", { cause: new Error("connect postgresql://stint:pw@host/db") }))).toBe("Error: away (connect [database]");
  expect(describeFailure(new Error("\nInvalid `prisma.x()` invocation in\n/srv/x.ts:1\n\n→ 1 code\nUnique constraint failed"))).toBe("Error: Unique constraint failed");
  expect(describeFailure("x")).toBe("Something was thrown that is no error.");
  expect(describeFailure(new Error("x".repeat(2_000)))).toHaveLength(500);
});

test("takes of an event its kind and ids alone, and keeps what the database can", () => {
  const event = { id: "evt_1", type: "invoice.paid", created: 1_790_000_000, api_version: null, data: { object: { id: "in_1", object: "invoice", customer: { id: "cus_1" }, charge: null, name: "nul\0l \ud800" } } };
  const read = readEvent(event);
  expect(read).toMatchObject({ id: "evt_1", type: "invoice.paid", object: { id: "in_1", customer: "cus_1", charge: null, invoice: null } });
  expect(JSON.parse(read.payload)).toEqual({ ...event, data: { object: { ...event.data.object, name: "null \ufffd" } } });
  for (const bad of [null, {}, { ...event, id: "" }, { ...event, data: {} }]) expect(() => readEvent(bad)).toThrow();
});
