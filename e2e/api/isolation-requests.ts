/** What every route, page and action is asked with: addresses, bodies and fields that name something real, made anew where a call uses it up. */
import { newId } from "../../lib/core/ids";
import { fillWebhooks } from "../fixtures/every-table";
import { giveToken, makeInvitation } from "../fixtures/invitations";
import { makeUser } from "../fixtures/session";
import { makeModelKey } from "../fixtures/model-keys";
import { makeSchedule } from "../fixtures/schedules";
import { makeFlag, makeStripeEvent } from "../fixtures/stripe-rows";
import { makeTool } from "../fixtures/tools";
import { makeAgent, makeKey, makeSession, owner, type Workspace } from "../fixtures/workspace";

/** What the owner's password is once it has been set; before, it is not asked for. */
const OWN_PASSWORD = "three otters under the weir";

/** By workspace: a run that has ended, which everybody asks for. */
export const runs = new Map<string, string>();
/** A webhook endpoint of each workspace whose secret was sealed by the application, so that it can be rotated. */
export const withSecret = new Map<string, string>();

/** The fields that an action's form has, with ids of what stands in the workspace. */
export async function fieldsOf(action: string, at: Workspace): Promise<Record<string, string>> {
  const word = newId("agt").slice(-10);
  switch (action) {
    case "signUpAction": return { name: "Ada", email: `${word}@test.example`, password: `a long password ${word}` };
    case "signInAction": return { email: `${word}@test.example`, password: "not the password" };
    case "requestSignInLinkAction":
    case "requestPasswordResetAction": return { email: `${word}@test.example` };
    case "followSignInLinkAction": return { token: "not-a-token" };
    case "resetPasswordAction": return { token: "not-a-token", password: `a long password ${word}` };
    case "secondFactorAction": return { code: "123456" };
    case "renameUserAction": return { name: "Renamed Owner" };
    case "changePasswordAction": return { current_password: OWN_PASSWORD, password: OWN_PASSWORD };
    case "beginTwoFactorAction": return { current_password: OWN_PASSWORD };
    // Somebody else's: to whoever asks there is no such session.
    case "revokeSessionAction": return { session: (await makeSession(await makeUser(null))).sessionId };
    case "enableTwoFactorAction":
    case "disableTwoFactorAction":
    case "renewRecoveryCodesAction": return { code: "000000" };
    // No provider is set up here.
    case "continueWithAction":
    case "connectIdentityAction": case "disconnectIdentityAction": return { provider: "github" };
    case "createWorkspaceAction": return { workspace: `Stolen ${word}` };
    case "createAgentAction": return { name: "Planted", slug: `planted-${word}`, model: "stint-extract-1", instructions: "x" };
    case "saveAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id, version: "1", name: "Saved", model: "stint-extract-1", instructions: "y", max_steps: "16", retries: "2" };
    case "rollBackAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id, version: "1" };
    case "archiveAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id };
    case "restoreAgentAction": {
      const { id } = await makeAgent(at, "stint-extract-1");
      await owner().query("UPDATE agent SET archived_at = now() WHERE id = $1", [id]);
      return { agent: id };
    }
    case "runAgentAction": return { agent: at.agentId, input: "One sentence." };
    case "cancelRunAction": return { run: runs.get(at.tenantId) ?? "" };
    case "startRunAction": return { agent: at.agentId, input: "One sentence." };
    case "deleteRunContentAction": return { run: runs.get(at.tenantId) ?? "" };
    case "createScheduleAction": return { agent: at.agentId, input: "One sentence.", cron: "0 9 * * *", time_zone: "UTC" };
    case "updateScheduleAction": return { schedule: await makeSchedule(at), agent: at.agentId, input: "Another sentence.", cron: "0 10 * * *", time_zone: "UTC" };
    case "pauseScheduleAction": return { schedule: await makeSchedule(at), enabled: "off" };
    case "deleteScheduleAction": return { schedule: await makeSchedule(at) };
    case "previewScheduleAction": return { cron: "0 9 * * *", time_zone: "UTC" };
    case "createModelKeyAction": return { label: `planted-${word}`, base_url: "http://127.77.0.1:9/v1", secret_key: "sk-planted", models: "x" };
    case "updateModelKeyAction": return { model_key: await makeFreshModelKey(at), base_url: "http://127.77.0.1:9/v1", secret_key: "", models: `stint-extract-1 ${2_000 + Math.floor(Math.random() * 1_000)} 100` };
    case "readModelsAction": return { model_key: newId("mdk") };
    case "deleteModelKeyAction": return { model_key: await makeFreshModelKey(at) };
    case "createToolAction": return { kind: "http", name: `planted-${word}`, description: "x", url: "http://127.77.0.1:9/", method: "GET", input_schema: "", timeout_seconds: "5", max_answer_bytes: "1000" };
    case "updateToolAction": return { tool: await makeTool(at), name: `renamed-${word}`, description: "x", url: "http://127.77.0.1:9/", method: "GET", input_schema: "", timeout_seconds: "5", max_answer_bytes: "1000" };
    case "testToolAction": return { tool: await makeTool(at), arguments: "{}" };
    case "archiveToolAction": return { tool: await makeTool(at) };
    case "createKeyAction": return { name: "Planted", "scopes[]": "runs:read", expires: "none" };
    case "updateKeyAction": return { name: "Renamed", expires: "keep", key: (await makeKey(at, ["runs:read"])).keyId };
    case "rotateKeyAction": return { grace_minutes: "0", key: (await makeKey(at, ["runs:read"])).keyId };
    case "createEndpointAction": return { url: "https://hooks.test.example/planted", description: "", "event_types[]": "*" };
    case "updateEndpointAction": return { endpoint: (await makeDelivery(at)).endpoint, url: "https://hooks.test.example/moved", description: "Moved", "event_types[]": "run.failed" };
    case "enableEndpointAction": return { endpoint: (await makeDelivery(at)).endpoint, enabled: "false" };
    case "rotateEndpointSecretAction": return { endpoint: withSecret.get(at.tenantId) ?? "" };
    case "deleteEndpointAction":
    case "sendTestEventAction": return { endpoint: (await makeDelivery(at)).endpoint };
    case "replayDeliveryAction": return { delivery: (await makeDelivery(at)).delivery };
    case "inviteMemberAction": return { email: `${word}@test.example`, role: "viewer" };
    case "resendInvitationAction":
    case "revokeInvitationAction": return { invitation: await makeInvitation(at, { role: "viewer" }) };
    case "acceptInvitationAction":
    case "changeAccountAction": return { token: await giveToken(await makeInvitation(at, { role: "viewer" })) };
    case "joinWithNewAccountAction": return { token: await giveToken(await makeInvitation(at, { role: "viewer" })), name: "Ada", password: `a long password ${word}` };
    case "changeRoleAction": return { member: await makeUser({ workspace: at, role: "viewer" }), role: "developer" };
    case "removeMemberAction":
    case "transferOwnershipAction": return { member: await makeUser({ workspace: at, role: "viewer" }) };
    case "revokeKeyAction": return { key: (await makeKey(at)).keyId };
    case "updateGeneralAction": return { name: `Renamed ${word}`, slug: at.slug };
    case "updateAccessAction": return { invitation_domains: "test.example" };
    case "updateRetentionAction": return { content_retention_days: "90" };
    case "setOverageAction": return { overage: "on", spend_limit: "25", seen: "off:0" };
    case "addAlertRuleAction": return { subject: "agent_ms", percent: String(1 + Math.floor(Math.random() * 78)) };
    case "removeAlertRuleAction": {
      await owner().query("INSERT INTO alert_rule (tenant_id, meter, percent) VALUES ($1, 'agent_ms', 79) ON CONFLICT DO NOTHING", [at.tenantId]);
      return { subject: "agent_ms", percent: "79" };
    }
    case "dismissAlertAction": {
      const id = newId("alr");
      await owner().query("INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap) VALUES ($1, $2, 'threshold', 'agent_ms', now(), 80, 80, 100, 100)", [id, at.tenantId]);
      return { alert: id };
    }
    // No workspace here has a subscription: what changes one is refused for that, and what begins one opens Stripe's page.
    case "startTrialAction": return { plan: "enterprise" };
    case "openCheckoutAction": case "scheduleDowngradeAction": return { plan: "starter" };
    case "openPortalAction": return { part: "all" };
    case "previewUpgradeAction": case "switchTrialPlanAction": return { plan: "pro" };
    case "upgradeAction": return { plan: "pro", proration_date: "1764000000", due_cents: "100" };
    case "requestDeletionAction": return { confirm: at.slug };
    case "setOverrideAction": return { workspace: at.tenantId, agents: "50", reason: "Agreed by mail" };
    case "removeOverrideAction": return { workspace: at.tenantId };
    case "setPauseAction": return { workspace: at.tenantId, paused: "off", note: "Cleared up" };
    case "adjustUsageAction": {
      await owner().query("INSERT INTO usage_counter (tenant_id, period_start) VALUES ($1, date_trunc('month', now(), 'UTC')) ON CONFLICT DO NOTHING", [at.tenantId]);
      return { workspace: at.tenantId, period: `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`, meter: "api_calls", quantity: "1", reason: "Counted twice" };
    }
    // One that has not begun: its workspace stays on the plan that the other tests are about.
    case "setContractAction": return { workspace: at.tenantId, price: "100", payment: "outside", terms: "Agreed", starts_on: "2999-01-01", minutes_ms: "1", model_spend_micros: "1", api_calls: "1000" };
    case "endContractAction": {
      await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 100, 'outside', now() + interval '1 day', 'agreed', 'usr_staff') ON CONFLICT DO NOTHING", [at.tenantId]);
      return { workspace: at.tenantId, when: "now" };
    }
    case "reconcileTenantAction": return { workspace: at.slug };
    case "seeBillingFlagAction": return { workspace: at.tenantId, flag: await makeFlag(at) };
    case "replayStripeEventAction": return { event: await makeStripeEvent(at) };
    default: return {};
  }
}

/** The address of a route or a page in a workspace: its parameters are of what stands there. */
export async function fill(address: string, at: Workspace): Promise<string> {
  // With a scope that every role which edits keys has: nobody edits a key that may do more than they may.
  const key = address.includes("{key}") ? (await makeKey(at, ["runs:read"])).keyId : "";
  const run = runs.get(at.tenantId) ?? "";
  // One to change and to archive: the workspace's own is what runs and pages name.
  const agent = address.includes("{agent}") ? (await makeAgent(at, "stint-extract-1")).id : "";
  const schedule = address.includes("{schedule}") ? await makeSchedule(at) : "";
  const tool = /[{[]tool[}\]]/.test(address) ? await makeTool(at) : "";
  const modelKey = address.startsWith("/api/v1/model_keys") ? await makeFreshModelKey(at) : "";
  const event = address.includes("[event]") ? await makeStripeEvent(at) : "";
  const { endpoint, delivery } = /[{[](endpoint|delivery)[\]}]/.test(address) ? await makeDelivery(at) : { endpoint: "", delivery: "" };
  return address.replace("{endpoint}/rotate_secret", `${withSecret.get(at.tenantId) ?? ""}/rotate_secret`).replace(/[{[]endpoint[\]}]/, endpoint).replace(/[{[]delivery[\]}]/, delivery).replace("[tenant]", at.slug).replace("[event]", event).replace("{agent}", agent).replace("{schedule}", schedule).replace("{version}", "1").replace("[agent]", at.agentSlug).replace("{run}", run).replace("[run]", run).replace("{tool}", tool).replace("[tool]", tool)
    .replace("{modelKey}", modelKey).replace("{key}", key).replace("[subject]", "runs").replace("[...nextauth]", "session").replace("[...path]", "nothing");
}

/** A model key that nothing was done to. All but the latest few of the workspace are taken away, so that it never has too many. */
async function makeFreshModelKey(at: Workspace): Promise<string> {
  await owner().query("DELETE FROM model_key WHERE tenant_id = $1 AND id NOT IN (SELECT m.id FROM model_key m WHERE m.tenant_id = $1 ORDER BY m.id DESC LIMIT 3)", [at.tenantId]);
  return makeModelKey(at);
}

/** A webhook endpoint with one delivery. All but the latest few of the workspace are taken away, so that it never has too many. */
async function makeDelivery(at: Workspace): Promise<{ endpoint: string; delivery: string }> {
  await owner().query(
    `UPDATE webhook_endpoint SET enabled = false, disabled_at = now(), disabled_reason = 'user', deleted_at = now()
     WHERE tenant_id = $1 AND id <> $2 AND deleted_at IS NULL AND id NOT IN (SELECT w.id FROM webhook_endpoint w WHERE w.tenant_id = $1 ORDER BY w.id DESC LIMIT 3)`,
    [at.tenantId, withSecret.get(at.tenantId) ?? ""]);
  return fillWebhooks(at.tenantId);
}

/** The body that a route takes, or none. */
export function bodyOf(route: string, at: Workspace): string | undefined {
  const word = newId("agt").slice(-10);
  switch (route) {
    case "POST /api/v1/agents": return JSON.stringify({ name: "Made", slug: `made-${word}`, model: "stint-extract-1", instructions: "x" });
    case "PATCH /api/v1/agents/{agent}": return JSON.stringify({ temperature: Math.round(Math.random() * 1_000) / 1_000 });
    case "POST /api/v1/agents/{agent}/rollback": return JSON.stringify({ version: 1 });
    case "POST /api/v1/tools": return JSON.stringify({ kind: "http", name: `made-${word}`, description: "x", url: "http://127.77.0.1:9/" });
    case "PATCH /api/v1/tools/{tool}": return JSON.stringify({ description: "Renamed" });
    case "POST /api/v1/tools/{tool}/test": return "{}";
    case "POST /api/v1/model_keys": return JSON.stringify({ label: `made-${word}`, base_url: "http://127.77.0.1:9/v1", key: "sk-made", models: [{ id: "x" }] });
    case "PATCH /api/v1/model_keys/{modelKey}": return JSON.stringify({ models: [{ id: "stint-extract-1", context_tokens: 2_000, max_output_tokens: 100 }] });
    case "POST /api/v1/keys": return JSON.stringify({ name: "Made", scopes: ["runs:read"] });
    case "POST /api/v1/webhook_endpoints": return JSON.stringify({ url: "https://hooks.test.example/made" });
    case "PATCH /api/v1/webhook_endpoints/{endpoint}": return JSON.stringify({ description: "Renamed" });
    case "PATCH /api/v1/keys/{key}": return JSON.stringify({ name: "Renamed" });
    case "POST /api/v1/keys/{key}/rotate": return JSON.stringify({ grace_minutes: 0 });
    case "POST /api/v1/schedules": return JSON.stringify({ agent: at.agentId, input: "One sentence stands here.", cron: "0 9 * * *" });
    case "PATCH /api/v1/schedules/{schedule}": return JSON.stringify({ cron: "0 10 * * *" });
    case "POST /api/v1/runs": return JSON.stringify({ agent: at.agentId, input: "One sentence stands here." });
    case "POST /api/v1/chat/completions": return JSON.stringify({ model: at.agentId, messages: [{ role: "user", content: "One sentence stands here." }] });
    default: return undefined;
  }
}
