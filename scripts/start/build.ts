/** Builds the web application when the build is missing or older than its sources. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readJsonFile, writeJsonFile } from "./json-file";
import { PROJECT_FOLDER } from "./home";

/** What goes into a build: these folders, and the settings at the top of the project. */
const FOLDERS = ["app", "components", "lib", "public", "prisma/schema"];
const TOP_LEVEL = /^(middleware|proxy|instrumentation.*|sentry\..*|next\.config|postcss\.config|tailwind\.config)\.[mc]?[jt]sx?$|^package-lock\.json$/;
const LEFT_OUT = /\.test\.tsx?$/;
const STAMP = "stint-build.json";

/** Fingerprint of everything a build is made of, including public variables, which the build copies into the pages. */
export function fingerprintSources(env: NodeJS.ProcessEnv): string {
  const hash = createHash("sha256").update(`${process.version}\n${PROJECT_FOLDER}\n`);
  // Next edits the other parts of this file during a build.
  hash.update(JSON.stringify(readJsonFile(join(PROJECT_FOLDER, "tsconfig.json"))?.compilerOptions ?? null));
  for (const file of listSources()) {
    hash.update(`${relative(PROJECT_FOLDER, file)}\0`).update(readFileSync(file)).update("\0");
  }
  for (const name of Object.keys(env).filter((key) => key.startsWith("NEXT_PUBLIC_")).sort()) hash.update(`${name}=${env[name] ?? ""}\0`);
  return hash.digest("hex");
}

/** True when the folder holds a finished build of exactly these sources. */
export function isBuilt(distFolder: string, fingerprint: string): boolean {
  return existsSync(join(distFolder, "BUILD_ID")) && readJsonFile(join(distFolder, STAMP))?.fingerprint === fingerprint;
}

/** Called before a build begins: from here to `markBuilt` the folder counts as unfinished. */
export function markUnbuilt(distFolder: string): void {
  rmSync(join(distFolder, STAMP), { force: true });
}

/** Called after a build has ended well. */
export function markBuilt(distFolder: string, fingerprint: string): void {
  writeJsonFile(join(distFolder, STAMP), { fingerprint });
}

function listSources(): string[] {
  const top = readdirSync(PROJECT_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TOP_LEVEL.test(entry.name))
    .map((entry) => join(PROJECT_FOLDER, entry.name));
  const below = FOLDERS.map((folder) => join(PROJECT_FOLDER, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...top, ...below].sort();
}
