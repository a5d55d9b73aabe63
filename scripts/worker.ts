/** Entry point of a worker process: executes runs, works on the queue, keeps the projections up to date. */
import "@/lib/platform/sentry-node";
import { findAnomalies } from "@/lib/alerts/thresholds";
import { mailAlert, tellOfAlert, tellOfAlerts } from "@/lib/alerts/tell";
import { endSubscriptionsOfPurged, followDeletion } from "@/lib/billing/deletion/deletion";
import { followTheClock } from "@/lib/billing/dunning/dunning";
import { mailBilling, tellOfBilling } from "@/lib/billing/tell";
import { tendContracts } from "@/lib/billing/contract";
import { liftPauses } from "@/lib/caps/pausing";
import { reportOverage } from "@/lib/billing/meter/job";
import { mailKeyExpires, warnOfExpiry } from "@/lib/keys/expiry";
import { watchBreaker } from "@/lib/limits/breaker";
import { mailAccountChanged } from "@/lib/users/account";
import { mailLink, purgeLinks } from "@/lib/users/links/service";
import { purgeGuards } from "@/lib/users/lockout/service";
import { mailSignUp, purgeSignUps } from "@/lib/users/service";
import { purgeSessions } from "@/lib/users/sessions";
import { purgeIdempotencyKeys } from "@/lib/http/housekeeping";
import { env } from "@/lib/platform/env";
import { startHeartbeat } from "@/lib/platform/heartbeat";
import { log } from "@/lib/platform/log";
import { stopQueue, workOn } from "@/lib/platform/queue";
import { repeat } from "@/lib/platform/repeat";
import { HANGS_AFTER_MS } from "@/lib/platform/worker-sign";
import { purgeOldContents } from "@/lib/runs/retention";
import { startRunWorker } from "@/lib/runs/worker/worker";
import { startDueSchedules } from "@/lib/schedules/due";
import { sealAudit } from "@/lib/audit/service";
import { mailDeletion, purgeDueTenants } from "@/lib/tenants/settings/deletion";
import { mailInvitation } from "@/lib/tenants/invitation-mail";
import { compareDaily } from "@/lib/billing/comparison/service";
import { retryEvents } from "@/lib/billing/events/retry";
import { reconcileDaily } from "@/lib/reconciliation/service";
import { mailWebhookDisabled } from "@/lib/webhooks/notice";
import { purgeWebhooks } from "@/lib/webhooks/service";
import { createWebhookSender } from "@/lib/webhooks/sending/sender";
import { projectLedger } from "@/lib/usage/service";
import { keepPartitions, trimOldRollups } from "@/lib/usage/upkeep/service";
import { onShutdown } from "@/scripts/shutdown";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";

const GRACE_MS = 8 * SECOND_MS;

const worker = startRunWorker(env().WORKER_SLOTS);
const webhooks = createWebhookSender();
const stopHeartbeat = startHeartbeat(env().HEARTBEAT_URL_WORKER, () => worker.quietMs() < HANGS_AFTER_MS);
const stopRepeating = [
  repeat("project usage", 0.7 * SECOND_MS, projectLedger),
  repeat("seal audit log", SECOND_MS, sealAudit),
  repeat("watch breaker", SECOND_MS, () => watchBreaker()),
  repeat("lift pauses", SECOND_MS, liftPauses),
  repeat("start schedules", SECOND_MS, startDueSchedules),
  repeat("tell of alerts", SECOND_MS, tellOfAlerts),
  repeat("send webhooks", 0.4 * SECOND_MS, () => webhooks.turn()),
  repeat("report overage", 15 * SECOND_MS, () => reportOverage()),
  repeat("find anomalies", MINUTE_MS, findAnomalies),
  repeat("warn of expiring keys", 5 * MINUTE_MS, warnOfExpiry),
  repeat("tend contracts", 2 * SECOND_MS, tendContracts),
  repeat("purge sign-ups", HOUR_MS, purgeSignUps),
  repeat("purge mailed links", HOUR_MS, purgeLinks),
  repeat("purge sign-in guards", HOUR_MS, purgeGuards),
  repeat("purge sessions", HOUR_MS, purgeSessions),
  repeat("purge idempotency keys", HOUR_MS, purgeIdempotencyKeys),
  repeat("purge webhooks", HOUR_MS, () => purgeWebhooks()),
  repeat("purge contents of runs", HOUR_MS, () => purgeOldContents()),
  repeat("purge deleted workspaces", 10 * MINUTE_MS, async () => {
    await endSubscriptionsOfPurged();
    await purgeDueTenants();
  }),
  repeat("follow trials and late payments", 15 * SECOND_MS, () => followTheClock()),
  repeat("keep the ledger's partitions", 3 * HOUR_MS, keepPartitions),
  repeat("trim rollups", 6 * HOUR_MS, trimOldRollups),
  repeat("reconcile usage", 10 * MINUTE_MS, reconcileDaily),
  repeat("retry Stripe's events", MINUTE_MS, retryEvents),
  repeat("compare with Stripe", 10 * MINUTE_MS, compareDaily),
];
await workOn("mail.sign_up", ({ signUpId }, jobId) => mailSignUp(signUpId, jobId));
await workOn("mail.link", ({ linkId }, jobId) => mailLink(linkId, jobId));
await workOn("mail.account_changed", mailAccountChanged);
await workOn("mail.key_expires", mailKeyExpires);
await workOn("mail.tenant_deletion", mailDeletion);
await workOn("mail.invitation", mailInvitation);
await workOn("billing.deletion", ({ tenantId }) => followDeletion(tenantId));
await workOn("alert.tell", tellOfAlert);
await workOn("mail.usage_alert", mailAlert);
await workOn("mail.webhook_disabled", mailWebhookDisabled);
await workOn("billing.tell", tellOfBilling);
await workOn("mail.billing", mailBilling);
log().info({ worker_id: worker.id, slots: env().WORKER_SLOTS }, "worker ready");

onShutdown(async () => {
  stopHeartbeat();
  for (const end of stopRepeating) end();
  await Promise.all([worker.stop(GRACE_MS), webhooks.stop(GRACE_MS)]);
  await stopQueue();
  // What the last runs wrote should be on the usage page when the process is gone.
  await projectLedger();
});
