import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { HOUR_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { toEndpointDto } from "@/lib/webhooks/present";
import {
  countEndpointRows, deleteEndpointRow, disableEndpointRow, enableEndpointRow, findEndpointRow, insertEndpointRow, listDisabledRows, listEndpointRows, lockEndpoints, purgeWebhookRows,
  replaceSecretRow, updateEndpointRow, type EndpointRow,
} from "@/lib/webhooks/repo";
import { KEEP_DAYS, MOST_ENDPOINTS, SECRET_GRACE_HOURS, type CreatedEndpoint, type CreateEndpoint, type EndpointDto, type UpdateEndpoint } from "@/lib/webhooks/schema";
import { sealAsPrevious, sealEndpointSecret } from "@/lib/webhooks/secrets";
import { newWebhookSecret } from "@/lib/webhooks/signature";
import { isAllowedProtocol } from "@/lib/webhooks/target";

/** The tenant's endpoints, newest first. */
export async function listEndpoints(tenantId: string, page: PageQuery): Promise<ListBody<EndpointDto>> {
  return toList(await withTenant(tenantId, (tx) => listEndpointRows(tx, tenantId, page)), page.limit, (row) => toEndpointDto(row));
}

/** Endpoints that the platform disabled, the latest first: what a workspace should be told of. */
export async function listDisabledEndpoints(tenantId: string): Promise<EndpointDto[]> {
  return (await withTenant(tenantId, (tx) => listDisabledRows(tx, tenantId))).map((row) => toEndpointDto(row));
}

/** One endpoint. @throws AppError `not_found` */
export async function requireEndpoint(tenantId: string, id: string): Promise<EndpointDto> {
  return toEndpointDto(await withTenant(tenantId, (tx) => requireEndpointRow(tx, tenantId, id)));
}

/** Adds an endpoint. The answer carries its signing secret, once. @throws AppError `invalid_field`, `conflict` when there are too many */
export async function createEndpoint(actor: Actor, input: CreateEndpoint): Promise<CreatedEndpoint> {
  requireProtocol(input.url);
  const { tenantId, userId } = actor;
  const id = newId("whk");
  const secret = newWebhookSecret();
  return withTenant(tenantId, async (tx) => {
    await lockEndpoints(tx, tenantId);
    if ((await countEndpointRows(tx, tenantId)) >= MOST_ENDPOINTS) throw new AppError("conflict", `A workspace has at most ${MOST_ENDPOINTS} webhook endpoints. Delete one first; nothing was changed.`);
    const row = await insertEndpointRow(tx, { id, tenantId, url: input.url, description: input.description, eventTypes: input.event_types, secret: sealEndpointSecret(id, secret), createdBy: userId });
    await recordAudit(tx, actor, { action: "webhook_endpoint.created", targetType: "webhook_endpoint", targetId: id, after: settingsOf(row) });
    return { ...toEndpointDto(row), secret };
  });
}

/** Changes where an endpoint is, what it wants, and whether it gets anything. @throws AppError `not_found`, `invalid_field` */
export async function updateEndpoint(actor: Actor, id: string, input: UpdateEndpoint): Promise<EndpointDto> {
  const { tenantId } = actor;
  const { url, description, event_types: eventTypes, enabled } = input;
  if (url !== undefined) requireProtocol(url);
  return withTenant(tenantId, async (tx) => {
    const before = await requireEndpointRow(tx, tenantId, id);
    await updateEndpointRow(tx, tenantId, id, { ...(url === undefined ? {} : { url }), ...(description === undefined ? {} : { description }), ...(eventTypes === undefined ? {} : { eventTypes }) });
    if (enabled === true) await enableEndpointRow(tx, tenantId, id);
    if (enabled === false) await disableEndpointRow(tx, tenantId, id, "user", new Date());
    const after = await requireEndpointRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "webhook_endpoint.updated", targetType: "webhook_endpoint", targetId: id, before: settingsOf(before), after: settingsOf(after) });
    return toEndpointDto(after);
  });
}

/** Deletes an endpoint: nothing is sent to it any more, and its secret is of no use. @throws AppError `not_found` */
export async function deleteEndpoint(actor: Actor, id: string): Promise<{ id: string; object: "webhook_endpoint"; deleted: true }> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    const before = await requireEndpointRow(tx, tenantId, id);
    if (await deleteEndpointRow(tx, tenantId, id, new Date())) {
      await recordAudit(tx, actor, { action: "webhook_endpoint.deleted", targetType: "webhook_endpoint", targetId: id, before: settingsOf(before) });
    }
    return { id, object: "webhook_endpoint", deleted: true };
  });
}

/**
 * Gives an endpoint another signing secret. Deliveries carry a signature of each for a day, so that the receiver can be
 * changed meanwhile. The answer carries the new one, once.
 * @throws AppError `not_found`, `conflict` when it was rotated at the same moment
 */
export async function rotateEndpointSecret(actor: Actor, id: string): Promise<CreatedEndpoint> {
  const { tenantId } = actor;
  const secret = newWebhookSecret();
  return withTenant(tenantId, async (tx) => {
    const before = await requireEndpointRow(tx, tenantId, id);
    const previousSecretExpiresAt = new Date(Date.now() + SECRET_GRACE_HOURS * HOUR_MS);
    const next = { secret: sealEndpointSecret(id, secret), previousSecret: sealAsPrevious(id, before.secret), previousSecretExpiresAt };
    if (!(await replaceSecretRow(tx, tenantId, id, before.secret, next))) throw new AppError("conflict", "This endpoint’s secret was rotated at the same moment, or the endpoint was deleted.");
    await recordAudit(tx, actor, { action: "webhook_endpoint.secret_rotated", targetType: "webhook_endpoint", targetId: id, after: { previous_secret_expires_at: previousSecretExpiresAt.toISOString() } });
    return { ...toEndpointDto(await requireEndpointRow(tx, tenantId, id)), secret };
  });
}

/** An endpoint's row in the transaction's tenant. @throws AppError `not_found` */
export async function requireEndpointRow(tx: Tx, tenantId: string, id: string): Promise<EndpointRow> {
  const row = isId("whk", id) ? await findEndpointRow(tx, tenantId, id) : null;
  if (!row) throw new AppError("not_found", "There is no such webhook endpoint in this workspace.");
  return row;
}

const PURGE_BATCH = 1_000;

/** Deletes events past their time with their deliveries, and what is left of deleted endpoints. Returns how many rows. */
export async function purgeWebhooks(batch: number = PURGE_BATCH): Promise<number> {
  for (let purged = 0; ; ) {
    const count = await purgeWebhookRows(KEEP_DAYS, batch);
    purged += count;
    if (count === 0) return purged;
  }
}

function requireProtocol(url: string): void {
  if (!isAllowedProtocol(url)) throw new AppError("invalid_field", "Use an address that begins with https://.", { param: "url" });
}

function settingsOf(row: EndpointRow): { url: string; description: string; event_types: string[]; enabled: boolean } {
  return { url: row.url, description: row.description, event_types: row.eventTypes, enabled: row.enabled };
}
