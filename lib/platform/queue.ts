import { PgBoss } from "pg-boss";
import { callFunction, type Tx } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { processSingleton } from "@/lib/platform/process-singleton";

/** Everything that is queued and is not a run. A job carries ids, never contents or secrets. */
export type Jobs = {
  /** Mail the link that confirms a sign-up, or tell the address's owner that the account exists already. */
  "mail.sign_up": { signUpId: string };
  /** Mail a link that signs in, unlocks or leads to a new password, or word that there is no account. */
  "mail.link": { linkId: string };
  /** Tell a user that the way into their account has changed. */
  "mail.account_changed": { userId: string; change: "password" | "two_factor_on" | "two_factor_off" | "recovery_code" };
  /** Tell a key's maker that it ends within seven days. */
  "mail.key_expires": { tenantId: string; keyId: string };
  /** Tell one owner of a workspace that it will be deleted, and how to keep it. */
  "mail.tenant_deletion": { tenantId: string; userId: string; askedBy: string };
  /** Mail the link of an invitation. */
  "mail.invitation": { tenantId: string; invitationId: string };
  /** Queue the mails of an alert, one for each person who is told. */
  "alert.tell": { tenantId: string; alertId: string };
  /** Tell one person of an alert. */
  "mail.usage_alert": { tenantId: string; alertId: string; userId: string };
  /** Cancel or resume a workspace's subscription with its deletion. */
  "billing.deletion": { tenantId: string };
  /** Tell one owner that a webhook endpoint was disabled. */
  "mail.webhook_disabled": { tenantId: string; endpointId: string; userId: string };
  /** Queue a mail about money for each person who is told. */
  "billing.tell": { tenantId: string; mailKey: string };
  /** Tell one person about money. */
  "mail.billing": { tenantId: string; mailKey: string; userId: string };
};
export type JobName = keyof Jobs;

const SECONDS_OF_A_DAY = 86_400;
const QUEUES: Record<JobName, { retryLimit: number; retryDelay: number; retryBackoff: boolean; expireInSeconds: number; deleteAfterSeconds: number }> = {
  "mail.sign_up": { retryLimit: 8, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.link": { retryLimit: 5, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.account_changed": { retryLimit: 8, retryDelay: 30, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.tenant_deletion": { retryLimit: 8, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.key_expires": { retryLimit: 8, retryDelay: 30, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.invitation": { retryLimit: 8, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "alert.tell": { retryLimit: 12, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.usage_alert": { retryLimit: 12, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "billing.deletion": { retryLimit: 40, retryDelay: 30, retryBackoff: true, expireInSeconds: 300, deleteAfterSeconds: 7 * SECONDS_OF_A_DAY },
  "mail.webhook_disabled": { retryLimit: 8, retryDelay: 30, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "billing.tell": { retryLimit: 12, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
  "mail.billing": { retryLimit: 12, retryDelay: 5, retryBackoff: true, expireInSeconds: 60, deleteAfterSeconds: SECONDS_OF_A_DAY },
};

type Queue = { ready: Promise<PgBoss> };

/** The schema is the migration's business; only a worker looks after schedules and expired jobs. */
function queue(role: "sender" | "worker"): Promise<PgBoss> {
  return processSingleton<Queue>(`queue.${role}`, () => ({ ready: open(role) })).ready;
}

async function open(role: "sender" | "worker"): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: env().DATABASE_URL, application_name: "stint-queue", max: role === "worker" ? 3 : 1,
    migrate: false, createSchema: false, reindex: false, supervise: role === "worker", schedule: role === "worker",
  });
  boss.on("error", (error) => log().error({ err: error }, "queue failed"));
  await boss.start();
  for (const name of Object.keys(QUEUES)) await boss.createQueue(name, QUEUES[name as JobName]);
  return boss;
}

/** Queues a job in the caller's transaction: it exists exactly when the change that asked for it does. */
export async function enqueue<N extends JobName>(tx: Tx, name: N, data: Jobs[N]): Promise<void> {
  const boss = await queue("sender");
  await boss.send(name, data, { db: { executeSql: async (text, values) => ({ rows: await tx.$queryRawUnsafe<unknown[]>(text, ...(values ?? [])) }) } });
}

/** Connects the sender before a transaction needs it: no network call may wait inside one. */
export async function openQueue(): Promise<void> {
  await queue("sender");
}

/** Removes every job of a tenant, done or not: for the purge. */
export async function forgetJobsOf(tenantId: string): Promise<void> {
  await callFunction("forget_jobs", "DELETE FROM pgboss.job WHERE data ->> 'tenantId' = $1", [tenantId]);
}

/** Works on a queue until `stopQueue`. A handler that throws has its job tried again with back-off. */
export async function workOn<N extends JobName>(name: N, handle: (data: Jobs[N], jobId: string) => Promise<void>): Promise<void> {
  const boss = await queue("worker");
  await boss.work<Jobs[N]>(name, { batchSize: 1, pollingIntervalSeconds: 0.5 }, async ([job]) => {
    if (job) await handle(job.data, job.id);
  });
}

/** Lets jobs under way finish, then closes. */
export async function stopQueue(): Promise<void> {
  const boss = await queue("worker");
  await boss.stop({ graceful: true, timeout: 5_000 });
}
