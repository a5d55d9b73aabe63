import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlOf } from "@/components/runs/curl";

test("the sample is what it always was", () => {
  expect(curlOf("https://stint.example", "summarise", "Your text.", "wait")).toBe(`curl https://stint.example/api/v1/runs \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"agent": "summarise", "input": "Your text.", "wait": true}'`);
});

test.each(["It's “quoted”: $HOME `id` \\n \"x\" !", "two\nlines", "';rm -rf /;'"])("a shell hands over %j as it was typed", (input) => {
  const command = curlOf("https://stint.example", "summarise", input, "stream").replace(/^curl -N/, "printf '%s\\0'");
  const handed = execFileSync("sh", ["-c", command], { env: { ...process.env, STINT_API_KEY: "k" } }).toString("utf8").split("\0");
  expect(JSON.parse(handed.at(-2) ?? "")).toEqual({ agent: "summarise", input, stream: true });
  expect(handed).toContain("Authorization: Bearer k");
});
