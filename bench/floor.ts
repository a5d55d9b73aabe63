/** What the same Next can do at most: a bare route behind an edge middleware that does nothing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runNode, startServer, type Server } from "./processes";

const FILES: Record<string, string> = {
  "package.json": '{ "name": "stint-bench-floor", "private": true, "type": "module" }\n',
  "app/layout.jsx": "export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n",
  "app/api/bare/route.js": 'export const dynamic = "force-dynamic";\nexport async function GET() { return Response.json({ ok: true }); }\n',
  // Without one of its own, the build takes the project's that it stands in.
  "instrumentation.js": "export function register() {}\n",
  "middleware.js": "export function middleware() {}\n",
  "next.config.js": "export default { poweredByHeader: false };\n",
};

/** Writes and builds the little application in `folder`, inside the project so that it finds the project's Next, and starts it. */
export async function startFloor(folder: string, next: string, env: NodeJS.ProcessEnv, port: number): Promise<Server> {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  await runNode([next, "build"], { env, cwd: folder });
  return startServer([next, "start", "--port", String(port), "--hostname", "127.0.0.1"], { env, cwd: folder, port, path: "/api/bare" });
}
