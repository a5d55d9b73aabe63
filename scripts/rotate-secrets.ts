/**
 * `npm run rotate-secrets`: puts every secret at rest under the first key of SECRETS_KEYS, while everything runs. The
 * order is: put a new key in front, restart every process, run this, take the old key away, restart. `--new-key` does the
 * first of it for the state folder of `npm start`.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { parseSecretsKeys } from "@/lib/core/secrets-keys";
import { openDatabase } from "./backup/database";
import { explain, Problem } from "./problem";
import { rotateSecrets } from "./secrets/rotate";
import { resolveHome } from "./start/home";
import { writeJsonFile } from "./start/json-file";
import { loadSecrets } from "./start/secrets";

try {
  const { values } = parseArgs({ options: { "new-key": { type: "boolean", default: false } } });
  process.exit(values["new-key"] ? addKey() : await rotate());
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

function addKey(): number {
  if (process.env.SECRETS_KEYS) throw new Problem("SECRETS_KEYS is set: put the new key in front of it yourself, as id:key with a key from openssl rand -base64 32.");
  const home = resolveHome(process.env.STINT_HOME);
  const secrets = loadSecrets(home);
  const taken = parseSecretsKeys(secrets.secrets_key);
  if (!taken) throw new Problem(`The keys in ${join(home, "secrets.json")} cannot be read.`);
  const next = 1 + Math.max(0, ...[...taken.keys()].map((id) => Number(/\d+$/.exec(id)?.[0] ?? 0)));
  writeJsonFile(join(home, "secrets.json"), { ...secrets, secrets_key: `k${next}:${randomBytes(32).toString("base64")},${secrets.secrets_key}` });
  console.log(`New secrets are sealed with the new key k${next} from the next start on. Restart Stint, then run npm run rotate-secrets.`);
  return 0;
}

async function rotate(): Promise<number> {
  const keys = parseSecretsKeys(process.env.SECRETS_KEYS || loadSecrets(resolveHome(process.env.STINT_HOME)).secrets_key);
  if (!keys) throw new Problem("SECRETS_KEYS is no list of keys: use id:key, several separated by commas.");
  const database = await openDatabase(process.env, { create: false });
  const client = new Client({ connectionString: database.url, application_name: "stint-rotate-secrets" });
  try {
    await client.connect();
    const { moved, under, faults } = await rotateSecrets(client, keys);
    for (const fault of faults) console.error(fault);
    for (const [keyId, count] of Object.entries(under)) console.log(`${count} secrets under the key ${keyId}`);
    const [newest] = keys.keys();
    console.log(faults.length > 0 ? `${faults.length} secrets do not open and were left as they are` : `${moved} secrets moved; every secret is under the key ${newest}, the others may go`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    await client.end();
    await database.close();
  }
}
