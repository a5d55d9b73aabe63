import { z } from "zod";

const entrySchema = z.looseObject({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() });
const lockSchema = z.looseObject({ packages: z.record(z.string(), entrySchema) });

export type LockFile = z.output<typeof lockSchema>;

const SYSTEMS = ["darwin", "win32", "linux", "android", "freebsd", "openbsd", "netbsd", "sunos", "openharmony", "aix"];
const PROCESSORS = ["wasm32", "arm64", "x64", "ia32", "loong64", "riscv64", "ppc64", "s390x"];

/** Text of a package-lock.json. Throws when it is none. */
export function parseLock(text: string): LockFile {
  const value: unknown = JSON.parse(text);
  lockSchema.parse(value);
  // Checked just above. Zod's own copy has its keys in another order, and every line of the file would change.
  return value as LockFile;
}

/** Packages of other platforms that the lock names as optional and does not hold, as name and version. */
export function findMissing({ packages }: LockFile): { name: string; version: string }[] {
  const missing = Object.entries(packages).flatMap(([place, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name, version]) => /^\d+\.\d+\.\d+/.test(version) && !isHeld(packages, place, name))
      .map(([name, version]) => ({ name, version })),
  );
  return [...new Map(missing.map((one) => [one.name, one])).values()];
}

/** The same lock with what is missing, and the names of what was put in. Systems and processors are read from the names. */
export function completeLock(lock: LockFile): { lock: LockFile; added: string[] } {
  const missing = findMissing(lock);
  const entries = missing.map(({ name, version }): [string, LockFile["packages"][string]] => [`node_modules/${name}`, describePackage(name, version)]);
  const { "": root = {}, ...rest } = { ...lock.packages, ...Object.fromEntries(entries) };
  // By code unit, as npm sorts it, so that nothing but the new entries changes.
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return { lock: { ...lock, packages: { "": root, ...Object.fromEntries(sorted) } }, added: missing.map(({ name }) => name) };
}

/** Looks where Node would: beside the package that asks, then further up. */
function isHeld(packages: LockFile["packages"], place: string, name: string): boolean {
  for (let at = place; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    if (packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

function describePackage(name: string, version: string): LockFile["packages"][string] {
  const parts = name.split("/").at(-1) ?? name;
  const system = SYSTEMS.find((one) => parts.includes(one));
  const processor = PROCESSORS.find((one) => parts.includes(one)) ?? (/-arm(-|$)/.test(parts) ? "arm" : undefined);
  const library = system !== "linux" ? undefined : parts.includes("musl") ? "musl" : parts.includes("gnu") ? "glibc" : undefined;
  return {
    version,
    ...(processor ? { cpu: [processor] } : {}),
    ...(library ? { libc: [library] } : {}),
    optional: true,
    ...(system ? { os: [system] } : {}),
  };
}
