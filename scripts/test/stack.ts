import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUpStripe } from "@/lib/billing/setup/setup";
import { openStripe } from "@/lib/platform/stripe";
import { applicationEnvironment, readAddress } from "../start/environment";
import { openHome, PROJECT_FOLDER } from "../start/home";
import { ProcessList } from "../start/process-list";
import { loadSecrets } from "../start/secrets";
import type { Service } from "../start/service";
import { startStandIns } from "../start/stand-ins";
import { migrateDatabase } from "../migrate/migrate-database";
import { isolatedEnvironment } from "./isolated-environment";

export type TestStack = {
  /** Environment of an application on this stack, with DATABASE_MIGRATE_URL beside it. */
  env: NodeJS.ProcessEnv;
  mailPage: string;
  /** The process of a stand-in (`postgres`, `redis`, `model`, `mail`, `stripe`), for those who disturb it. It comes back by itself when it is killed. */
  pidOf(name: string): number;
  stop(): Promise<void>;
};

/**
 * A migrated database and every stand-in, on ports and in a folder of their own. `unsafeFast`: the database does not wait
 * for the disk. `migrationsFolder`: other migrations than the project's, for a database as it was before one of them.
 */
export async function startTestStack({ unsafeFast = true, migrationsFolder = join(PROJECT_FOLDER, "prisma/migrations") }: { unsafeFast?: boolean; migrationsFolder?: string } = {}): Promise<TestStack> {
  const home = makeTestHome();
  openHome(home);
  const processes = new ProcessList(home);
  const secrets = loadSecrets(home);
  const services: Service[] = [];
  const stop = async (): Promise<void> => {
    for (const service of services.toReversed()) await service.stop();
    processes.close();
    removeTestHome(home);
  };
  try {
    const settings = { ...isolatedEnvironment(process.env), MODEL_FAULTS: "1" };
    const standIns = await startStandIns({ home, secrets, processes, settings, quiet: true, unsafeFast, onService: (service) => services.push(service) });
    const { DATABASE_URL: applicationUrl = "", DATABASE_MIGRATE_URL: migrateUrl = "" } = standIns.variables;
    await migrateDatabase({ migrateUrl, applicationUrl, migrationsFolder, report: () => undefined });
    const { STRIPE_SECRET_KEY, STRIPE_API_URL } = standIns.variables;
    if (STRIPE_SECRET_KEY && STRIPE_API_URL) await setUpStripe(openStripe(STRIPE_SECRET_KEY, STRIPE_API_URL));
    const env = applicationEnvironment({ given: settings, address: readAddress(settings), secrets, standIns: standIns.variables, home });
    return { env: { ...env, DATABASE_MIGRATE_URL: migrateUrl }, mailPage: standIns.mailPage ?? "", pidOf: (name) => requirePid(services, name), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function requirePid(services: readonly Service[], name: string): number {
  const pid = services.find((service) => service.name === name)?.pid;
  if (!pid) throw new Error(`${name} has no process at this moment.`);
  return pid;
}

/** A new folder for the state of a test, which PostgreSQL's account can enter. */
export function makeTestHome(): string {
  const folder = mkdtempSync(join(tmpdir(), "stint-test-"));
  chmodSync(folder, 0o711);
  return join(folder, "home");
}

export function removeTestHome(home: string): void {
  rmSync(join(home, ".."), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
