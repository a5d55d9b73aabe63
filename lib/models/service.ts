import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { modelCatalogue } from "@/lib/platform/model";
import { agentsUsingModels } from "@/lib/agents/uses";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant } from "@/lib/tenants/service";
import { ownModelId, refreshModels } from "@/lib/models/policy";
import { readOwnModels, toModelKeyDto } from "@/lib/models/present";
import { readOfferedModels } from "@/lib/models/read-offered";
import { countModelKeyRows, deleteModelKeyRow, findModelKeyByLabel, findModelKeyRow, insertModelKeyRow, listModelKeyRows, updateModelKeyRow, type ModelKeyListRow, type ModelKeyRow } from "@/lib/models/repo";
import { MAX_MODEL_KEYS, MAX_MODELS, type CreateModelKey, type ModelKeyDto, type UpdateModelKey } from "@/lib/models/schema";
import { openModelKey, sealModelKey } from "@/lib/models/secret";

/** The tenant's model keys, newest first. */
export async function listModelKeys(tenantId: string, page: PageQuery): Promise<ListBody<ModelKeyDto>> {
  return toList(await withTenant(tenantId, (tx) => listModelKeyRows(tx, tenantId, page)), page.limit, toModelKeyDto);
}

/** One model key. @throws AppError `not_found` */
export async function requireModelKey(tenantId: string, id: string): Promise<ModelKeyDto> {
  return toModelKeyDto(await withTenant(tenantId, (tx) => requireRow(tx, tenantId, id)));
}

/**
 * Adds a model key. Without models its endpoint is asked for them.
 * @throws AppError `invalid_field`, `conflict` for a label in use or too many keys
 */
export async function createModelKey(actor: Actor, input: CreateModelKey): Promise<ModelKeyDto> {
  const { tenantId } = actor;
  const { label } = input;
  const id = newId("mdk");
  // Before the endpoint is asked, which takes its time; and again below, under the lock.
  await withTenant(tenantId, (tx) => requireLabelFree(tx, tenantId, label));
  const models = input.models ?? (await readOfferedModels(tenantId, input.base_url, input.key));
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    await requireLabelFree(tx, tenantId, label);
    const row = await insertModelKeyRow(tx, { id, tenantId, label, baseUrl: input.base_url, secret: sealModelKey(id, input.key), models, createdBy: actor.userId });
    await recordAudit(tx, actor, { action: "model_key.created", targetType: "model_key", targetId: id, after: settingsOf(row) });
    return toModelKeyDto(row);
  });
}

/** Changes a model key; calls that begin from now on use what is new. @throws AppError `not_found`, `invalid_field`, `conflict` while an agent uses a model that would go */
export async function updateModelKey(actor: Actor, id: string, change: UpdateModelKey): Promise<ModelKeyDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const before = await requireRow(tx, tenantId, id);
    if (change.base_url !== undefined && change.base_url !== before.baseUrl && change.key === undefined) {
      throw new AppError("invalid_field", "Give the key again: the stored one was meant for another address.", { param: "key" });
    }
    const models = change.models ?? readOwnModels(before);
    const kept = new Set(models.map((model) => model.id));
    await requireUnused(tx, before, readOwnModels(before).map((model) => model.id).filter((model) => !kept.has(model)));
    await updateModelKeyRow(tx, tenantId, id, { baseUrl: change.base_url, secret: change.key === undefined ? undefined : sealModelKey(id, change.key), models });
    return recordUpdate(tx, actor, before, change.key !== undefined);
  });
}

/** Asks a key's endpoint again what it offers. Sizes that are known stay, and so do models that agents use. @throws AppError `not_found`, `invalid_field`, `conflict` when the key was changed meanwhile */
export async function readModelsAgain(actor: Actor, id: string): Promise<ModelKeyDto> {
  const { tenantId } = actor;
  const asked = await withTenant(tenantId, (tx) => requireRow(tx, tenantId, id));
  const offered = await readOfferedModels(tenantId, asked.baseUrl, openModelKey(id, asked.secret));
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const before = await requireRow(tx, tenantId, id);
    // Of another address, or of another account.
    if (before.secret !== asked.secret || before.baseUrl !== asked.baseUrl) throw new AppError("conflict", "The key was changed meanwhile. Read its models again.");
    const stored = readOwnModels(before);
    const used = new Set<string>();
    for (const { id: model } of stored) if ((await agentsUsingModels(tx, tenantId, [ownModelId(before.label, model)])).length > 0) used.add(model);
    await updateModelKeyRow(tx, tenantId, id, { models: refreshModels(stored, offered, used, MAX_MODELS) });
    return recordUpdate(tx, actor, before, false);
  });
}

/** Deletes a model key with its secret. Runs under way that name its models fail at their next start. @throws AppError `not_found`, `conflict` while an agent uses one of its models */
export async function deleteModelKey(actor: Actor, id: string): Promise<{ id: string; object: "model_key"; deleted: true }> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    // An agent that is saved at the same moment would name a model that is gone.
    await lockTenant(tx, tenantId);
    const row = await requireRow(tx, tenantId, id);
    await requireUnused(tx, row, readOwnModels(row).map((model) => model.id));
    await deleteModelKeyRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "model_key.deleted", targetType: "model_key", targetId: id, before: settingsOf(row) });
  });
  return { id, object: "model_key", deleted: true };
}

async function requireRow(tx: Tx, tenantId: string, id: string): Promise<ModelKeyRow> {
  const row = isId("mdk", id) ? await findModelKeyRow(tx, tenantId, id) : null;
  if (!row) throw new AppError("not_found", "There is no such model key in this workspace.");
  return row;
}

async function requireLabelFree(tx: Tx, tenantId: string, label: string): Promise<void> {
  if ((await countModelKeyRows(tx, tenantId)) >= MAX_MODEL_KEYS) throw new AppError("conflict", `A workspace has at most ${MAX_MODEL_KEYS} model keys.`);
  if (await findModelKeyByLabel(tx, tenantId, label)) throw new AppError("conflict", "Another model key of this workspace has this label.", { param: "label" });
  if (modelCatalogue().some((model) => model.id.startsWith(ownModelId(label, "")))) throw new AppError("conflict", "Models of the platform begin with this label. Choose another one.", { param: "label" });
}

async function requireUnused(tx: Tx, row: ModelKeyRow, models: string[]): Promise<void> {
  const agents = await agentsUsingModels(tx, row.tenantId, models.map((model) => ownModelId(row.label, model)));
  if (agents.length > 0) throw new AppError("conflict", `Agents use a model of this key: ${agents.slice(0, 5).join(", ")}${agents.length > 5 ? ", …" : ""}. Give them another one first.`);
}

async function recordUpdate(tx: Tx, actor: Actor, before: ModelKeyRow, keyChanged: boolean): Promise<ModelKeyDto> {
  const after = await requireRow(tx, before.tenantId, before.id);
  await recordAudit(tx, actor, { action: "model_key.updated", targetType: "model_key", targetId: before.id, before: settingsOf(before), after: { ...settingsOf(after), ...(keyChanged ? { key_changed: true } : {}) } });
  return toModelKeyDto(after);
}

/** For the audit log: never the key. */
function settingsOf(row: ModelKeyListRow): { label: string; base_url: string; models: number } {
  return { label: row.label, base_url: row.baseUrl, models: readOwnModels(row).length };
}
