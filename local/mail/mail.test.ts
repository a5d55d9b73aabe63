import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTransport, type Transporter } from "nodemailer";
import type { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen } from "../serve";
import { listenSmtp } from "./listen-smtp";
import type { StoredMessage } from "./message";
import { createSmtpServer } from "./smtp";
import { MessageStore, MOST_MESSAGES } from "./store";
import { createMailWeb } from "./web";

let folder: string;
let store: MessageStore;
let web: Server;
let smtp: SMTPServer;
let origin: string;
let smtpPort: number;
let transport: Transporter;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "stint-mail-"));
  store = await MessageStore.open(folder);
  web = createMailWeb(store, ["mail.internal"]);
  smtp = createSmtpServer(store);
  const { port } = await listen(web, 0, "127.0.0.1");
  origin = `http://127.0.0.1:${port}`;
  smtpPort = await listenSmtp(smtp, 0, "127.0.0.1");
  transport = createTransport({ host: "127.0.0.1", port: smtpPort });
});
afterEach(async () => {
  transport.close();
  web.close();
  web.closeAllConnections();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const link = "http://localhost:3000/api/auth/callback?token=abc&email=ada%40example.com";

function send(to: string, subject: string): Promise<unknown> {
  return transport.sendMail({
    from: "Stint <stint@example.com>",
    to,
    subject,
    text: `Open this link: ${link}.\n<script>alert(1)</script>`,
    html: `<p>Open <a href="${link}">the link</a></p><script>alert(1)</script>`,
  });
}

async function readMessages(query = ""): Promise<StoredMessage[]> {
  const response = await fetch(`${origin}/api/messages${query}`);
  // The server is the one under test; its answer has this shape.
  return (await response.json()) as StoredMessage[];
}

describe("the mail sink", () => {
  it("keeps what is sent, newest first, by recipient", async () => {
    await send("Ada@Example.com", "Grüße an Ada");
    await send("bob@example.com", "For Bob");
    expect((await readMessages()).map((message) => message.subject)).toEqual(["For Bob", "Grüße an Ada"]);
    const [message, ...others] = await readMessages("?to=ada@example.COM");
    expect(others).toEqual([]);
    expect(message).toMatchObject({ to: ["ada@example.com"], from: '"Stint" <stint@example.com>', subject: "Grüße an Ada" });
    expect(message?.text).toContain(link);
    expect(message?.html).toContain("the link");
    expect(message?.message_id).toMatch(/^<.+>$/);
    expect(Date.parse(message?.received_at ?? "")).not.toBeNaN();
  });

  it("takes any credentials", async () => {
    const signedIn = createTransport({ host: "127.0.0.1", port: smtpPort, auth: { user: "a", pass: "b" } });
    await expect(signedIn.verify()).resolves.toBe(true);
    signedIn.close();
  });

  it("shows a list and a message, harmless and with the text's links to click", async () => {
    await send("ada@example.com", "<b>Sign in</b>");
    const [message] = await readMessages();
    const list = await (await fetch(origin)).text();
    expect(list).toContain(`href="/messages/${message?.id}"`);
    expect(list).not.toContain("<b>");
    const response = await fetch(`${origin}/messages/${message?.id}`);
    const page = await response.text();
    expect(page).toContain(`<a href="${link.replace("&", "&#38;")}"`);
    expect(page).not.toMatch(/<script/i);
    expect(page).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await fetch(`${origin}/messages/none`)).status).toBe(404);
  });

  it("keeps messages over a restart, readable by the owner alone, and skips a broken file", async () => {
    await send("ada@example.com", "Stays");
    await writeFile(path.join(folder, "1700000000000-00000000.json"), "{");
    await writeFile(path.join(folder, "1700000000001-00000000.tmp"), "{");
    const again = await MessageStore.open(folder);
    expect(again.list(null).map((message) => message.subject)).toEqual(["Stays"]);
    const files = await readdir(folder);
    expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const kept = again.list(null)[0];
    expect((await stat(path.join(folder, `${kept?.id}.json`))).mode & 0o077).toBe(0);
  });

  it("keeps the newest 500", async () => {
    const message = { to: ["a@example.com"], from: "", text: "", html: null, message_id: null };
    for (let i = 0; i < MOST_MESSAGES + 2; i++) await store.add({ ...message, subject: String(i) });
    expect(store.list(null).at(-1)?.subject).toBe("2");
    expect(await readdir(folder)).toHaveLength(MOST_MESSAGES);
  });

  it("deletes all", async () => {
    await send("ada@example.com", "Goes");
    expect((await fetch(`${origin}/api/messages`, { method: "DELETE" })).status).toBe(204);
    expect(await readMessages()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [403, "a name that resolves here", { host: "evil.example" }],
    [403, "another site's script", { origin: "https://evil.example" }],
    [403, "an opaque origin", { origin: "null" }],
    [200, "a name that is allowed", { host: "mail.internal" }],
    [200, "localhost", { host: "localhost:4002" }],
  ])("answers %i to %s", async (status, _, headers) => {
    expect(await getStatus(headers)).toBe(status);
  });
});

/** The status of GET /api/messages with headers that fetch would not let a caller set. */
function getStatus(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${origin}/api/messages`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
