import { join } from "node:path";
import { Problem } from "../problem";
import { readJsonFile, writeJsonFile } from "./json-file";

type Account = { email: string; password: string };

/** Who can sign in to a fresh installation, as the seed says it. */
export type Credentials = {
  owner: Account;
  staff: Account;
  api_key: string;
  /** Slug of the demo workspace. */
  workspace: string;
};

function credentialsFile(home: string): string {
  return join(home, "credentials.json");
}

/** True once the seeding of this very database was stored. */
export function hasCredentials(home: string, databaseId: string): boolean {
  return readJsonFile(credentialsFile(home))?.database_id === databaseId;
}

/** What the first seeding said. Throws Problem when there was none. */
export function loadCredentials(home: string): Credentials {
  const stored = readJsonFile(credentialsFile(home));
  if (!stored) throw new Problem(`There are no credentials in ${home} yet: run npm start once.`);
  const credentials = parseCredentials(stored);
  if (!credentials) throw new Problem(`${credentialsFile(home)} is damaged: put back a copy.`);
  return credentials;
}

/** Keeps what the seeding of a database said. */
export function storeCredentials(home: string, databaseId: string, credentials: Credentials): void {
  writeJsonFile(credentialsFile(home), { ...credentials, database_id: databaseId });
}

/** The credentials in a value read from JSON, or null. */
export function parseCredentials(value: unknown): Credentials | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("owner" in value) || !("staff" in value) || !("api_key" in value) || !("workspace" in value)) return null;
  const { owner, staff, api_key, workspace } = value;
  if (!isAccount(owner) || !isAccount(staff) || typeof api_key !== "string" || typeof workspace !== "string") return null;
  return { owner, staff, api_key, workspace };
}

/** Prints who may sign in. Throws Problem when nothing was seeded yet. */
export function printCredentials(home: string): void {
  console.log(describeCredentials(loadCredentials(home)).join("\n"));
}

/** The lines that show credentials to a person. */
export function describeCredentials({ owner, staff, api_key }: Credentials): string[] {
  return [
    `  Demo workspace   ${owner.email}   ${owner.password}`,
    `  Staff (/admin)   ${staff.email}   ${staff.password}`,
    `  API key          ${api_key}`,
  ];
}

function isAccount(value: unknown): value is Account {
  return typeof value === "object" && value !== null && "email" in value && typeof value.email === "string" && "password" in value && typeof value.password === "string";
}
