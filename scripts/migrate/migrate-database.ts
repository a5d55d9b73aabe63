import { Client } from "pg";
import { RAW_DAYS } from "@/lib/usage/upkeep/policy";
import { moveUnsold, syncPlans, type PlanSettings } from "@/prisma/sync-plans";
import { errorCode, Problem } from "../problem";
import { migrateQueueSchema } from "./queue-schema";
import { ensureRoles } from "./roles";
import { applyMigrations } from "./schema-engine";

export type MigrateOptions = {
  /** Connection string of the role that owns the schema. */
  migrateUrl: string;
  /** Connection string of the application; its role is made when it does not exist. */
  applicationUrl: string;
  migrationsFolder: string;
  /** Default: plans are sold. */
  plans?: PlanSettings;
  /** Told each thing that was done, one line each. */
  report: (line: string) => void;
};

/** Any number, the same everywhere: the lock that lets one process migrate while others wait. */
const LOCK = 7_246_875_001;

/**
 * Brings a database to the state this version of the code wants: roles, migrations, job queue, plans. Safe to repeat
 * and to run from several machines at once. Throws Problem with a line for people.
 */
export async function migrateDatabase(options: MigrateOptions): Promise<{ applied: string[] }> {
  const application = readCredentials(options.applicationUrl);
  const owner = await connect(options.migrateUrl, "DATABASE_MIGRATE_URL");
  try {
    await owner.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await requireVersion(owner);
    await ensureRoles(owner, application);
    const applied = await applyMigrations(owner, options.migrateUrl, options.migrationsFolder);
    for (const name of applied) options.report(`applied ${name}`);
    const queue = await migrateQueueSchema(owner, options.migrateUrl);
    if (queue) options.report(queue);
    const settings = options.plans ?? { sold: true, builtIn: {} };
    await syncPlans(owner, settings.builtIn);
    const moved = await moveUnsold(owner, settings);
    if (moved > 0) options.report(`moved ${moved} workspace${moved === 1 ? "" : "s"} to the plan ${settings.sold ? "Free, because plans are sold now" : "that is built in, because none is sold"}`);
    // A copy that rested for months has no partition for today; what is written before a worker makes one would stay outside.
    await owner.query("SELECT keep_ledger_partitions($1)", [RAW_DAYS]);
    await requireApplicationAccess(options.applicationUrl);
    return { applied };
  } finally {
    // Ending the session gives the lock back.
    await owner.end();
  }
}

function readCredentials(url: string): { role: string; password: string } {
  try {
    const { username, password } = new URL(url);
    if (!username || !password) throw new Problem("DATABASE_URL must name a role and its password: postgresql://role:password@host:5432/database");
    return { role: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("DATABASE_URL is not a connection string: postgresql://role:password@host:5432/database", { cause: error });
  }
}

async function connect(url: string, variable: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: "stint-migrate", connectionTimeoutMillis: 15_000 });
  // Without a listener a lost connection would end the process with a stack instead of a failed query.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    const code = errorCode(error);
    const reason = code === "28P01" ? "the password is wrong" : code === "ECONNREFUSED" ? "nothing answers there" : error instanceof Error ? error.message : String(error);
    throw new Problem(`The database of ${variable} cannot be reached: ${reason}.`, { cause: error });
  }
}

async function requireVersion(owner: Client): Promise<void> {
  const result = await owner.query<{ number: string }>("SELECT current_setting('server_version_num') AS number");
  const major = Math.floor(Number(result.rows[0]?.number) / 10_000);
  if (major < 16) throw new Problem(`PostgreSQL ${major} is too old: Stint needs 16 or newer, 18 is what it is tested with.`);
}

/** The application's own sign-in is tried, so that a wrong password shows here and not in the first request. */
async function requireApplicationAccess(url: string): Promise<void> {
  const client = await connect(url, "DATABASE_URL");
  await client.end();
}
