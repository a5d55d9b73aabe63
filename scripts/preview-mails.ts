/** Shows every mail of the product with example data, in a browser on this machine. Nothing is sent. `npm run mails [-- <port>]` */
import { createServer, type ServerResponse } from "node:http";
import { EXAMPLES } from "@/scripts/mails/examples";
import { indexPage, mailPage } from "@/scripts/mails/pages";

const DEFAULT_PORT = 3030;

const port = Number(process.argv[2] ?? DEFAULT_PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${process.argv[2]} is no port.`);

const server = createServer((request, response) => {
  answer(request.url ?? "/", response).catch((error: unknown) => {
    response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(String(error));
  });
});
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  console.log(`Mails: http://127.0.0.1:${typeof address === "object" && address ? address.port : port} (${EXAMPLES.length} of them; Ctrl-C ends it)`);
});

async function answer(url: string, response: ServerResponse): Promise<void> {
  const [, name = "", part] = url.split("/");
  const send = (status: number, body: string): void => void response.writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" }).end(body);
  if (name === "") return send(200, indexPage(await Promise.all(EXAMPLES.map(async (one) => ({ name: one.name, subject: (await one.render()).subject })))));
  const example = EXAMPLES.find((one) => one.name === name);
  if (!example) return send(404, "There is no such mail.");
  const mail = await example.render();
  send(200, part === "html" ? mail.html : mailPage(name, mail));
}
