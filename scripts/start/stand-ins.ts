/** The services of this machine that take the place of hosted ones, each only while the variable for the real one is not set. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { databaseUrl, ensureDatabase, isWrongPassword } from "@/local/postgres/databases";
import { resetSuperuserPassword, startPostgres, type PostgresServer } from "@/local/postgres/server";
import { Problem } from "../problem";
import { readAddress } from "./environment";
import { choosePorts } from "./ports";
import type { ProcessList } from "./process-list";
import { launchStandIn, type Program } from "./program";
import { step } from "./progress";
import { RotatingLog } from "./rotating-log";
import type { Secrets } from "./secrets";
import { Service, type Running } from "./service";

export const DATABASE_NAME = "stint";
export const OWNER_ROLE = "stint_owner";
export const APPLICATION_ROLE = "stint";

export type StandIns = {
  /** In the order in which they began; they end the other way round. */
  services: Service[];
  /** The variables that lead to them. */
  variables: Record<string, string>;
  /** Tells one database from another, also from one made later in its place. */
  databaseId: string;
  /** Where mail can be read, when the mail sink runs. */
  mailPage: string | null;
};

export type StandInOptions = {
  home: string;
  secrets: Secrets;
  processes: ProcessList;
  /** Variables already set: a service that one of these names is not started. */
  settings: NodeJS.ProcessEnv;
  /** Told each service as it begins, so that it can be ended also while others are still beginning. */
  onService: (service: Service) => void;
  /** Says nothing about its progress. */
  quiet?: boolean;
  /** For tests: a database that does not wait for the disk. */
  unsafeFast?: boolean;
};

const NAMES = ["postgres", "redis", "model", "mail", "smtp", "stripe"] as const;

type Context = StandInOptions & { ports: Record<(typeof NAMES)[number], number> };

/** Starts what is needed, side by side. Throws Problem when a service does not start. */
export async function startStandIns(options: StandInOptions): Promise<StandIns> {
  if (options.settings.UPSTASH_REDIS_REST_URL && !options.settings.UPSTASH_REDIS_REST_TOKEN) {
    throw new Problem("UPSTASH_REDIS_REST_URL is set but UPSTASH_REDIS_REST_TOKEN is not: set both, or none to use the built-in gateway.");
  }
  const ports = await choosePorts(options.home, NAMES);
  const context = { ...options, ports };
  const { settings } = options;
  const result: StandIns = { services: [], variables: {}, databaseId: describeDatabase(settings.DATABASE_URL), mailPage: null };
  const starts: Promise<void>[] = [];
  const begin = (name: string, launch: () => Promise<Running & { note: string }>, onReady: () => void): void => {
    let note = "";
    const service = new Service(name, async () => {
      const running = await launch();
      note = running.note;
      return running;
    });
    result.services.push(service);
    options.onService(service);
    starts.push(step(() => service.start(), () => (options.quiet ? null : note)).then(onReady));
  };
  if (!settings.DATABASE_URL) {
    begin(
      "postgres",
      async () => {
        const running = await launchDatabase(context);
        result.databaseId = running.databaseId;
        return running;
      },
      () => Object.assign(result.variables, databaseVariables(context)),
    );
  }
  if (!settings.UPSTASH_REDIS_REST_URL) {
    begin("redis", () => launchGateway(context), () => {
      result.variables.UPSTASH_REDIS_REST_URL = `http://127.0.0.1:${ports.redis}`;
      result.variables.UPSTASH_REDIS_REST_TOKEN = options.secrets.gateway_token;
    });
  }
  if (!settings.MODEL_BASE_URL) {
    begin("model", () => launchModel(context), () => {
      result.variables.MODEL_BASE_URL = `http://127.0.0.1:${ports.model}/v1`;
      result.variables.MODEL_API_KEY = options.secrets.model_key;
    });
  }
  if (!settings.SMTP_URL) {
    begin("mail", () => launchMail(context), () => {
      result.variables.SMTP_URL = `smtp://127.0.0.1:${ports.smtp}`;
      result.mailPage = `http://127.0.0.1:${ports.mail}`;
    });
  }
  if (usesStripeSandbox(settings)) {
    begin("stripe", () => launchStripe(context), () => Object.assign(result.variables, stripeVariables(context)));
  }
  // All of them settle before the first failure is told, so that none is left half-begun.
  const outcomes = await Promise.allSettled(starts);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return result;
}

/** True while no real account is named and nobody switched payments off. */
export function usesStripeSandbox(settings: NodeJS.ProcessEnv): boolean {
  return !settings.STRIPE_SECRET_KEY && settings.STRIPE_SANDBOX !== "off";
}

/** What leads an application to the Stripe sandbox. */
export function stripeVariables({ ports, secrets }: { ports: { stripe: number }; secrets: Secrets }): Record<"STRIPE_SECRET_KEY" | "STRIPE_WEBHOOK_SECRET" | "STRIPE_API_URL", string> {
  return { STRIPE_SECRET_KEY: secrets.stripe_key, STRIPE_WEBHOOK_SECRET: secrets.stripe_webhook_secret, STRIPE_API_URL: `http://127.0.0.1:${ports.stripe}` };
}

/** Connection strings of the embedded database. */
export function databaseVariables({ ports, secrets }: { ports: { postgres: number }; secrets: Secrets }): Record<"DATABASE_URL" | "DATABASE_MIGRATE_URL", string> {
  return {
    DATABASE_URL: databaseUrl(ports.postgres, APPLICATION_ROLE, secrets.application_password, DATABASE_NAME),
    DATABASE_MIGRATE_URL: databaseUrl(ports.postgres, OWNER_ROLE, secrets.owner_password, DATABASE_NAME),
  };
}

/** Starts the embedded database with its roles, also after the loss of the file with its passwords. */
export async function launchDatabase({ home, ports, secrets, processes, unsafeFast }: Pick<Context, "home" | "secrets" | "processes" | "unsafeFast"> & { ports: { postgres: number } }): Promise<Running & { note: string; databaseId: string }> {
  const log = new RotatingLog(join(home, "logs", "postgres.log"));
  const options = { home, port: ports.postgres, superuserPassword: secrets.postgres_password, log, unsafeFast, onSpawn: (pid: number) => processes.add("postgres", pid) };
  let server = await startPostgres(options);
  const access = {
    port: ports.postgres,
    database: DATABASE_NAME,
    superuserPassword: secrets.postgres_password,
    owner: { name: OWNER_ROLE, password: secrets.owner_password },
    application: { name: APPLICATION_ROLE, password: secrets.application_password },
  };
  try {
    await ensureDatabase(access);
  } catch (error) {
    await server.stop();
    if (!isWrongPassword(error)) throw error;
    await resetSuperuserPassword(options);
    server = await startPostgres(options);
    await ensureDatabase(access);
  }
  return { ...asRunning(server), databaseId: server.databaseId, note: `PostgreSQL ${server.version} ready${server.created ? ", with a new database" : ""}` };
}

function describeDatabase(url: string | undefined): string {
  if (!url || !URL.canParse(url)) return "";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function asRunning(server: PostgresServer): Running {
  return { pid: server.pid, exited: server.exited, stop: () => server.stop(), kill: () => process.kill(server.pid, "SIGQUIT") };
}

async function launchGateway(context: Context): Promise<Running & { note: string }> {
  const folder = join(context.home, "redis");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const running = await launchStandIn(
    standIn(context, "redis", {
      PORT: String(context.ports.redis),
      GATEWAY_TOKEN: context.secrets.gateway_token,
      GATEWAY_DATA_DIR: folder,
      REDIS_URL: context.settings.REDIS_URL,
    }),
    context.processes,
  );
  const engine = running.addresses.engine ?? (await readEngine(context.ports.redis));
  return { ...running, note: `Redis gateway ready (${engine === "redis" ? "on a Redis server" : "in memory"})` };
}

async function readEngine(port: number): Promise<string> {
  const answer: unknown = await fetch(`http://127.0.0.1:${port}/health`).then((response) => response.json());
  return typeof answer === "object" && answer !== null && "engine" in answer ? String(answer.engine) : "memory";
}

async function launchModel(context: Context): Promise<Running & { note: string }> {
  const running = await launchStandIn(
    standIn(context, "model", { PORT: String(context.ports.model), MODEL_SERVER_KEY: context.secrets.model_key, MODEL_FAULTS: context.settings.MODEL_FAULTS }),
    context.processes,
  );
  return { ...running, note: "Model server ready" };
}

async function launchMail(context: Context): Promise<Running & { note: string }> {
  const running = await launchStandIn(
    standIn(context, "mail", { PORT: String(context.ports.mail), SMTP_PORT: String(context.ports.smtp), MAIL_DIR: join(context.home, "mail") }),
    context.processes,
  );
  return { ...running, note: "Mail sink ready" };
}

async function launchStripe(context: Context): Promise<Running & { note: string }> {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = stripeVariables(context);
  const running = await launchStandIn(
    standIn(context, "stripe", { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, PORT: String(context.ports.stripe), STRIPE_DIR: join(context.home, "stripe"), STRIPE_WEBHOOK_URL: `${readAddress(context.settings).localUrl}/api/stripe/webhook` }),
    context.processes,
  );
  return { ...running, note: "Stripe sandbox ready" };
}

function standIn({ home }: Context, name: "redis" | "model" | "mail" | "stripe", variables: Record<string, string | undefined>): Program {
  return {
    name,
    args: ["--import", "tsx", join("local", name, "main.ts")],
    env: { NODE_ENV: "production", PATH: process.env.PATH, HOME: process.env.HOME, HOST: "127.0.0.1", ...variables },
    log: new RotatingLog(join(home, "logs", `${name}.log`)),
    patienceMs: 3_000,
  };
}
