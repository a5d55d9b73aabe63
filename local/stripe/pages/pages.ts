import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../http";
import type { World } from "../world/world";
import { checkoutPage } from "./checkout-page";
import { confirmPage, invoicePage, receiptPage } from "./invoice-page";
import { renderNotice, sendPage } from "./layout";
import { portalPage } from "./portal-page";

/** Answers the pages that people see. Each is reached by an id that cannot be guessed, and by nothing else. */
export async function answerPage(world: World, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!["GET", "HEAD", "POST"].includes(request.method ?? "")) return void response.writeHead(405, { allow: "GET, HEAD, POST" }).end();
  const body = await readBody(request, 64 * 1024);
  const form = request.method === "POST" ? new URLSearchParams(body?.toString() ?? "") : null;
  const [kind, id = "", second = "", third = ""] = url.pathname.slice(1).split("/");
  switch (kind) {
    case "checkout": return checkoutPage(world, id, second, form, response);
    case "portal": return portalPage(world, id, url.searchParams.has("saved"), form, response);
    case "invoice": return invoicePage(world, id, second, third, form, response);
    case "confirm": return confirmPage(world, id, form, url.pathname, response);
    case "receipt": return receiptPage(world, id, response);
    case "": return sendPage(response, 200, renderNotice("Stint's payment sandbox", "It stands in for Stripe on this machine. Checkout, portal and invoices are reached from Stint."));
    default: return sendPage(response, 404, renderNotice("There is no such page", "The link is not one of this sandbox."));
  }
}
