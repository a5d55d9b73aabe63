import { Problem } from "../problem";
import { parsePort } from "./ports";
import type { Secrets } from "./secrets";

export type Address = {
  /** What to listen on. */
  host: string;
  port: number;
  /** Where this machine reaches it. */
  localUrl: string;
  /** What people are told: APP_URL. */
  publicUrl: string;
};

/** Where the application will be. Throws Problem on a setting that is no address. */
export function readAddress(env: NodeJS.ProcessEnv): Address {
  const port = parsePort(env.PORT, 3000);
  const host = env.HOST || "127.0.0.1";
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const localUrl = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
  const publicUrl = (env.APP_URL || `http://localhost:${port}`).replace(/\/$/, "");
  if (!URL.canParse(publicUrl)) throw new Problem(`APP_URL=${publicUrl} is not an address: use one like https://stint.example.com.`);
  return { host, port, localUrl, publicUrl };
}

/** Environment of the web and worker processes: what was set, else the stand-ins' and the generated. */
export function applicationEnvironment(options: { given: NodeJS.ProcessEnv; address: Address; secrets: Secrets; standIns: Record<string, string>; home: string }): NodeJS.ProcessEnv {
  const { given, address, secrets, standIns, home } = options;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const env: NodeJS.ProcessEnv = {
    AUTH_SECRET: secrets.auth_secret,
    METRICS_TOKEN: secrets.metrics_token,
    SECRETS_KEYS: secrets.secrets_key,
    ...standIns,
    ...set,
    APP_URL: address.publicUrl,
    STINT_HOME: home,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  // The owner's connection is for migrations; a process that serves requests has no use for it.
  delete env.DATABASE_MIGRATE_URL;
  return env;
}
