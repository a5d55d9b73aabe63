import { join } from "node:path";
import { fingerprintSources, isBuilt, markBuilt, markUnbuilt } from "@/scripts/start/build";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { runNode } from "./processes";

const FOLDERS = [".next", ".next-test"];

/** The folder with a finished build of these very sources, made now when there is none. */
export async function findBuild(env: NodeJS.ProcessEnv): Promise<string> {
  const fingerprint = fingerprintSources(env);
  const found = FOLDERS.find((folder) => isBuilt(join(PROJECT_FOLDER, folder), fingerprint));
  if (found) return found;
  const folder = ".next-test";
  markUnbuilt(join(PROJECT_FOLDER, folder));
  await runNode(["node_modules/next/dist/bin/next", "build"], { env: { ...env, NODE_ENV: "production", NEXT_DIST_DIR: folder, NEXT_TELEMETRY_DISABLED: "1" }, cwd: PROJECT_FOLDER });
  markBuilt(join(PROJECT_FOLDER, folder), fingerprint);
  return folder;
}
