/** Every door of the product, found in the file system and in the build, never in a list. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { TEST_DIST_FOLDER } from "@/scripts/test/isolated-environment";

/** Addresses of the routes or pages under app/, with their parameters in brackets. */
export function listAddresses(kind: "route" | "page", app = join(PROJECT_FOLDER, "app")): string[] {
  return readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && new RegExp(`^${kind}\\.[cm]?[jt]sx?$`).test(entry.name))
    .map((entry) => `/${dirname(join(entry.parentPath, entry.name)).slice(app.length + 1).split(sep).filter((part) => part && !/^\(.*\)$/.test(part)).join("/")}`).sort();
}

export type BuiltAction = { id: string; name: string; page: string };

/** Every server action that the build answers, with a page's address that carries it. */
export function listBuiltActions(): BuiltAction[] {
  const manifest = JSON.parse(readFileSync(join(PROJECT_FOLDER, TEST_DIST_FOLDER, "server/server-reference-manifest.json"), "utf8")) as { node: Record<string, { exportedName: string; workers: Record<string, unknown> }>; edge: object };
  if (Object.keys(manifest.edge).length > 0) throw new Error("there are actions on the edge, which this suite does not call");
  return Object.entries(manifest.node).map(([id, { exportedName, workers }]) => ({
    id, name: exportedName, page: `/${(Object.keys(workers)[0] ?? "").replace(/^app\//, "").split("/").filter((part) => !/^\(.*\)$|^page$/.test(part)).join("/")}`,
  }));
}

/** Calls an action as a page's script does: form data after the state before, in React's encoding. `address` is any page that carries it. */
export function postAction(address: string, id: string, headers: Record<string, string>, fields: Record<string, string>, before = '[{"status":"idle"},"$K1"]'): Promise<Response> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(`_1_${key}`, value);
  form.append("0", before);
  return fetch(address, { method: "POST", redirect: "manual", headers: { ...headers, accept: "text/x-component", "next-action": id }, body: form });
}
