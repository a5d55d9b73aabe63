import { expect, test } from "vitest";
import { jsonResponse, TextResponse } from "@/lib/http/text-response";

const make = () => new TextResponse("späte Grüße", { status: 201, headers: { "x-a": "1" } });

test("is a Response in every way that one is read", async () => {
  expect(make()).toBeInstanceOf(Response);
  expect([make().status, make().ok, make().headers.get("x-a"), make().bodyUsed]).toEqual([201, true, "1", false]);
  expect(await make().text()).toBe("späte Grüße");
  expect(new TextDecoder().decode(await make().arrayBuffer())).toBe("späte Grüße");
  expect(await (await make().blob()).text()).toBe("späte Grüße");
  expect(await new Response(make().body, make()).text()).toBe("späte Grüße");
  expect(await jsonResponse({ a: [1] }, 200, {}).json()).toEqual({ a: [1] });
  expect(jsonResponse({}, 200, { "Cache-Control": "no-store" }).headers.get("content-type")).toBe("application/json");
});

test("gives its text away until it is read as a stream, and is read once", async () => {
  const response = make();
  expect(response.content).toBe("späte Grüße");
  const copy = response.clone();
  await response.text();
  expect([response.content, response.bodyUsed]).toEqual([null, true]);
  await expect(response.text()).rejects.toThrow();
  expect([copy.status, copy.headers.get("x-a"), await copy.text()]).toEqual([201, "1", "späte Grüße"]);
});
