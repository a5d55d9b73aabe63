import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What every Next route behind an edge middleware costs at least: a constant JSON answer, a middleware that does nothing. */
const FILES: Record<string, string> = {
  "package.json": `{ "name": "floor", "private": true, "type": "module" }\n`,
  "next.config.mjs": `export default { poweredByHeader: false, typescript: { ignoreBuildErrors: true } };\n`,
  // Without files of its own here Next takes those of the project above.
  "instrumentation.js": `export function register() {}\n`,
  "instrumentation-client.js": `export {};\n`,
  "middleware.js": `import { NextResponse } from "next/server";\nexport function middleware() { return NextResponse.next(); }\nexport const config = { matcher: ["/bare"] };\n`,
  "app/layout.jsx": `export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }\n`,
  "app/page.jsx": `export default function Page() { return null; }\n`,
  "app/bare/route.js": `export const dynamic = "force-dynamic";\nexport function GET() { return Response.json({ object: "me", tenant: { id: "ten_0", slug: "floor" } }); }\n`,
};

/** Writes the floor application into `folder`, below the project so that it finds the same packages. */
export function writeFloorApp(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }
}
