/** The routes of the API as the file system has them, so that no list of them can be wrong. */
import { readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";

/** What a route file exports for a method: web-standard on both sides. */
export type ApiHandler = (request: Request, args: { params: Promise<Record<string, string>> }) => Response | Promise<Response>;
/** What a route file exports. */
export type ApiRoute = Partial<Record<string, ApiHandler>>;
export type RouteMatch = { route: ApiRoute; params: Record<string, string> };

/** One step of an address. A fixed name goes before a parameter, and that before a rest, as in Next. */
type Step = { fixed: Map<string, Step>; parameter?: { name: string; step: Step }; rest?: { name: string; route: ApiRoute }; route?: ApiRoute };

/** Routes by address, looked up without decoding anything: only plain addresses are asked for. */
export class RouteTable {
  readonly #root: Step = newStep();

  /** Adds a route under an address like `/api/v1/runs/[id]` or `/api/[...path]`. Throws Error for a form that only Next knows. */
  add(address: string, route: ApiRoute): void {
    let step = this.#root;
    for (const part of address.split("/").slice(1)) {
      const [, dots, name] = /^\[(\.\.\.)?(\w+)\]$/.exec(part) ?? [];
      if (name !== undefined && dots) {
        step.rest = { name, route };
        return;
      }
      if (name !== undefined) {
        step.parameter ??= { name, step: newStep() };
        if (step.parameter.name !== name) throw new Error(`${address}: the same place is called [${step.parameter.name}] elsewhere`);
        step = step.parameter.step;
        continue;
      }
      if (!/^[\w.-]+$/.test(part)) throw new Error(`${address}: the server cannot mount a folder named ${part}`);
      const next = step.fixed.get(part) ?? newStep();
      step.fixed.set(part, next);
      step = next;
    }
    step.route = route;
  }

  /** The route that answers a path, or null. */
  find(path: string): RouteMatch | null {
    return walk(this.#root, path.split("/"), 1, {});
  }
}

function newStep(): Step {
  return { fixed: new Map() };
}

function walk(step: Step, parts: string[], at: number, params: Record<string, string>): RouteMatch | null {
  const part = parts[at];
  if (part === undefined) return step.route ? { route: step.route, params } : null;
  const fixed = step.fixed.get(part);
  const found = fixed && walk(fixed, parts, at + 1, params);
  if (found) return found;
  if (step.parameter) {
    const { name, step: next } = step.parameter;
    const named = walk(next, parts, at + 1, { ...params, [name]: part });
    if (named) return named;
  }
  return step.rest ? { route: step.rest.route, params: { ...params, [step.rest.name]: parts.slice(at).join("/") } } : null;
}

/** Addresses of the route files below `app/api` that take `/api/v1`: its own, and those for whatever no other route answers. */
export function listApiFiles(app: string): { address: string; file: string }[] {
  return readdirSync(join(app, "api"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^route\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, address: `/${dirname(file).slice(app.length + 1).split(sep).join("/")}` }))
    .filter(({ address }) => /^\/api\/(v1\/|\[\.\.\.\w+\]$)/.test(address))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Loads every route of the API from the project's `app` folder. */
export async function loadApiRoutes(app: string): Promise<RouteTable> {
  const table = new RouteTable();
  for (const { address, file } of listApiFiles(app)) {
    // Next has checked at build time that what a route file exports under a method's name is a handler.
    table.add(address, (await import(pathToFileURL(file).href)) as ApiRoute);
  }
  return table;
}
