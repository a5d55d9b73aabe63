/** What a start runs to its end before anything is served: migrations, seed, client, build. */
import { existsSync, statSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem";
import { fingerprintSources, isBuilt, markBuilt, markUnbuilt } from "./build";
import { parseCredentials, type Credentials } from "./credentials";
import { PROJECT_FOLDER } from "./home";
import type { ProcessList } from "./process-list";
import { runProgram } from "./program";
import { step, warn } from "./progress";
import { RotatingLog } from "./rotating-log";
import type { Running } from "./service";

export type TaskContext = {
  home: string;
  processes: ProcessList;
  /** Told the process of the task at hand, so that it can be ended. */
  onStart: (running: Running) => void;
};

/** Brings the database up to date. */
export async function migrate(context: TaskContext, variables: Record<string, string> & Record<"DATABASE_URL" | "DATABASE_MIGRATE_URL", string>): Promise<void> {
  await step(
    // What was set goes before what a stand-in says of itself, but for the connections, which were chosen already.
    () => run(context, "migrate", ["--import", "tsx", "scripts/migrate.ts"], { ...process.env, ...variables, ...setOnes(process.env), DATABASE_URL: variables.DATABASE_URL, DATABASE_MIGRATE_URL: variables.DATABASE_MIGRATE_URL }),
    (output) => {
      const applied = output.split("\n").filter((line) => line.startsWith("applied ")).length;
      return applied > 0 ? `Database migrated, ${applied} new` : "Database up to date";
    },
  );
}

/** Makes at Stripe, or at its sandbox, what is sold. The start goes on without: what was set up before is still there. */
export async function setUpPlans(context: TaskContext, env: NodeJS.ProcessEnv): Promise<void> {
  if (!env.STRIPE_SECRET_KEY) return;
  try {
    await step(
      () => run(context, "stripe-setup", ["--import", "tsx", "scripts/stripe-setup.ts"], env),
      (output) => {
        const made = output.split("\n").filter((line) => /^(made|changed) /.test(line)).length;
        return made > 0 ? `Plans set up at Stripe, ${made} new` : "Plans at Stripe up to date";
      },
    );
  } catch (error) {
    warn(`The plans could not be set up at Stripe: run npm run stripe:setup once it can be reached. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Makes the demo workspace and the staff account at the first time. Returns who may sign in then, else null. */
export async function seed(context: TaskContext, env: NodeJS.ProcessEnv): Promise<Credentials | null> {
  const output = await step(
    () => run(context, "seed", ["--import", "tsx", "prisma/seed.ts"], env, true),
    (text) => (text.includes('"seeded":false') ? null : "Demo workspace and staff account made"),
  );
  const line = output.split("\n").findLast((candidate) => candidate.startsWith("{"));
  if (line === undefined) throw new Problem("The seed did not say what it made: see logs/seed.log in the state folder.");
  return parseCredentials(JSON.parse(line));
}

/** Generates the database client when npm was told to run no scripts, or when the schema is newer. */
export async function generateClient(context: TaskContext): Promise<void> {
  const generated = join(PROJECT_FOLDER, "prisma/generated/client.ts");
  const schema = join(PROJECT_FOLDER, "prisma/schema");
  const newest = Math.max(...readdirSync(schema).map((name) => statSync(join(schema, name)).mtimeMs));
  if (existsSync(generated) && statSync(generated).mtimeMs >= newest) return;
  await step(() => run(context, "generate-client", ["scripts/generate-prisma.mjs"], process.env), () => "Database client generated");
}

/** Builds the web application unless the build at hand is of these very sources. */
export async function build(context: TaskContext, distFolder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const fingerprint = fingerprintSources(env);
  if (isBuilt(distFolder, fingerprint)) return;
  markUnbuilt(distFolder);
  await step(
    () => run(context, "build", ["node_modules/next/dist/bin/next", "build"], env),
    () => "Application built",
    existsSync(distFolder) ? "Building the application anew (its sources have changed)" : "Building the application",
  );
  // Sources that changed meanwhile are not in this build.
  if (fingerprintSources(env) === fingerprint) markBuilt(distFolder, fingerprint);
  else warn("Sources changed during the build: the next start builds again.");
}

function setOnes(env: NodeJS.ProcessEnv): Partial<NodeJS.ProcessEnv> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

async function run(context: TaskContext, name: string, args: string[], env: NodeJS.ProcessEnv, secretOutput = false): Promise<string> {
  const log = new RotatingLog(join(context.home, "logs", `${name}.log`));
  try {
    return await runProgram({ name, args, env, log, secretOutput }, context.processes, context.onStart);
  } finally {
    log.end();
  }
}
