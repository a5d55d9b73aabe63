/**
 * The first start of an installation: a demo workspace with its owner, two agents and one API key, and a staff account.
 * Prints one JSON line. The starter gives the passwords (SEED_OWNER_PASSWORD, SEED_STAFF_PASSWORD) and keeps them, so
 * that a start that was cut half-way is picked up by the next one: every step looks first whether it was done.
 */
import { createAgentSchema } from "@/lib/agents/schema";
import { createAgent } from "@/lib/agents/service";
import { sellsPlans } from "@/lib/billing/service";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { createKey } from "@/lib/keys/service";
import { createKeySchema, KEY_SCOPES } from "@/lib/keys/schema";
import { closeDb, withoutTenant } from "@/lib/platform/db";
import { modelCatalogue } from "@/lib/platform/model";
import { createTenant, listMemberships } from "@/lib/tenants/service";
import { checkPassword, createUser } from "@/lib/users/service";
import { openSession, signOut } from "@/lib/users/sessions";

const OWNER = { email: "owner@demo.stint.local", name: "Demo Owner", password: required("SEED_OWNER_PASSWORD") };
const STAFF = { email: "staff@demo.stint.local", name: "Demo Staff", password: required("SEED_STAFF_PASSWORD") };
const AGENTS = [
  { slug: "summarise", name: "Summarise", instructions: "Summarise the text in its own most important sentences." },
  { slug: "headline", name: "Headline", instructions: "Summarise the text in one sentence." },
];

try {
  console.log(JSON.stringify(await seed()));
} finally {
  await closeDb();
}

async function seed(): Promise<object> {
  await createUser({ ...STAFF, isStaff: true });
  const owner = (await createUser({ ...OWNER, isStaff: false })) ?? (await checkPassword(OWNER.email, OWNER.password));
  // Somebody has changed the password since: this installation is in use and not ours to touch.
  if (!owner) return { seeded: false };
  const origin = { ip: "127.0.0.1", userAgent: "npm start", requestId: newId("req") };
  const session = await withoutTenant((tx) => openSession(tx, owner, "password", origin));
  const from = { ...session, ...origin };
  const existing = (await listMemberships(session))[0];
  const tenant = existing ? { id: existing.tenantId, slug: existing.slug } : await createTenant(from, "Demo", sellsPlans() ? "pro" : "built_in");
  const actor = { tenantId: tenant.id, id: owner.id, userId: owner.id, ip: origin.ip, requestId: origin.requestId };
  const model = modelCatalogue()[0]?.id ?? "";
  for (const agent of AGENTS) {
    try {
      await createAgent(actor, null, createAgentSchema.parse({ ...agent, model }));
    } catch (error) {
      if (!(error instanceof AppError && error.code === "conflict")) throw error;
    }
  }
  const key = await createKey(actor, () => true, createKeySchema.parse({ name: "Demo key", scopes: [...KEY_SCOPES] }));
  await signOut(session, origin);
  return {
    owner: { email: OWNER.email, password: OWNER.password }, staff: { email: STAFF.email, password: STAFF.password },
    api_key: key.secret, workspace: tenant.slug,
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} has to be set.`);
  return value;
}
