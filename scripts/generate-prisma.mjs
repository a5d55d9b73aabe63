/**
 * Writes the Prisma client to prisma/generated. The generator itself is WebAssembly, but the CLI refuses to run
 * without a native schema engine, which a machine without internet cannot download: any executable satisfies it.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cli = join(root, "node_modules", "prisma", "build", "index.js");
if (!existsSync(cli)) {
  // A production install leaves development packages out and carries the generated client along.
  process.exit(0);
}
execFileSync(process.execPath, [cli, "generate"], {
  cwd: root,
  stdio: process.env.STINT_QUIET ? "ignore" : ["ignore", "ignore", "inherit"],
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
});
