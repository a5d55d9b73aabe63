import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT_FOLDER } from "../start/home";
import { EXAMPLES } from "@/scripts/mails/examples";

let preview: ChildProcess;
let origin = "";

beforeAll(async () => {
  const started = spawn(process.execPath, ["--import", "tsx", "scripts/preview-mails.ts", "0"], { cwd: PROJECT_FOLDER, stdio: ["ignore", "pipe", "inherit"] });
  preview = started;
  const [line] = (await once(createInterface(started.stdout), "line")) as [string];
  origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
}, 60_000);
afterAll(() => preview.kill());

const read = async (path: string) => {
  const response = await fetch(`${origin}${path}`);
  return { status: response.status, body: await response.text() };
};

test("the preview lists every mail, and shows one as it is sent and as text", async () => {
  const { body: list } = await read("/");
  for (const { name } of EXAMPLES) expect(list).toContain(`href="/${name}"`);
  const sent = await EXAMPLES.find(({ name }) => name === "invoice_paid")?.render();
  expect((await read("/invoice_paid/html")).body).toBe(sent?.html);
  const { body: page } = await read("/invoice_paid");
  expect(page.match(/<iframe sandbox [^>]*src="\/invoice_paid\/html"/g)).toHaveLength(2);
  expect(page).toContain("Taken from credit: −$5.00");
  expect((await read("/nothing")).status).toBe(404);
});
