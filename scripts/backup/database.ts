/** The database that backup and restore work on: the configured one, or the embedded one, running or not. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { migrateDatabase } from "../migrate/migrate-database";
import { Problem } from "../problem";
import { openHome, PROJECT_FOLDER, requireOwnFiles, resolveHome } from "../start/home";
import { findHolder, lockHome } from "../start/lock";
import { choosePorts, readPorts } from "../start/ports";
import { ProcessList } from "../start/process-list";
import { loadSecrets } from "../start/secrets";
import { databaseVariables, launchDatabase } from "../start/stand-ins";

export type OpenDatabase = {
  /** Connection string of the role that owns the tables. */
  url: string;
  /** True when an application is at work on the embedded database at this moment. */
  inUse: boolean;
  close(): Promise<void>;
};

/**
 * Opens the database of DATABASE_MIGRATE_URL, else the embedded one of the state folder, which is started for the time
 * being when it does not run. With `create`, an embedded one that does not exist is made and migrated.
 */
export async function openDatabase(env: NodeJS.ProcessEnv, options: { create: boolean }): Promise<OpenDatabase> {
  if (env.DATABASE_MIGRATE_URL) return { url: env.DATABASE_MIGRATE_URL, inUse: false, close: async () => undefined };
  if (env.DATABASE_URL) throw new Problem("DATABASE_URL is set: set DATABASE_MIGRATE_URL too, since only the role that owns the tables can read and write them all.");
  const home = resolveHome(env.STINT_HOME);
  if (!options.create && !existsSync(join(home, "secrets.json"))) {
    throw new Problem(`There is no database in ${home}: set STINT_HOME or DATABASE_MIGRATE_URL to the one you mean.`);
  }
  openHome(home);
  requireOwnFiles(home);
  const holder = await findHolder(home);
  if (holder?.state === "running") {
    const url = databaseVariables({ ports: { postgres: readPorts(home).postgres ?? 0 }, secrets: loadSecrets(home) }).DATABASE_MIGRATE_URL;
    return { url, inUse: true, close: async () => undefined };
  }
  return startForNow(home, options.create);
}

async function startForNow(home: string, create: boolean): Promise<OpenDatabase> {
  const lock = await lockHome(home, () => ({ pid: process.pid, url: "the database (backup or restore)", state: "starting" }));
  const processes = new ProcessList(home);
  await processes.endLeftovers();
  const secrets = loadSecrets(home);
  const ports = await choosePorts(home, ["postgres"]);
  const server = await launchDatabase({ home, secrets, processes, ports });
  const close = async (): Promise<void> => {
    await server.stop();
    processes.close();
    lock.release();
  };
  const { DATABASE_URL: applicationUrl, DATABASE_MIGRATE_URL: url } = databaseVariables({ ports, secrets });
  try {
    if (create) await migrateDatabase({ migrateUrl: url, applicationUrl, migrationsFolder: join(PROJECT_FOLDER, "prisma/migrations"), report: () => undefined });
  } catch (error) {
    await close();
    throw error;
  }
  return { url, inUse: false, close };
}
