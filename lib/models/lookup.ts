/** Which models a tenant's agents may use: the platform's, and those that its own keys unlock. */
import type { ModelInfo } from "@/lib/agents/models";
import { withTenant, type Tx } from "@/lib/platform/db";
import { modelCatalogue, type ModelEndpoint } from "@/lib/platform/model";
import { takeEgress } from "@/lib/limits/egress";
import { splitModelId, toModelInfo } from "@/lib/models/policy";
import { readOwnModels } from "@/lib/models/present";
import { findModelKeyByLabel, listAllModelKeyRows, type ModelKeyRow } from "@/lib/models/repo";
import { openModelKey } from "@/lib/models/secret";
import type { OwnModel } from "@/lib/models/schema";

/** `label`: of the key that unlocks the model; null: it is the platform's. */
export type OfferedModel = ModelInfo & { label: string | null };

/** Every model of a tenant: the platform's catalogue, then its own by their labels. */
export async function listModels(tenantId: string): Promise<OfferedModel[]> {
  const keys = await withTenant(tenantId, (tx) => listAllModelKeyRows(tx, tenantId));
  const own = keys.flatMap((key) => readOwnModels(key).map((model) => ({ ...toModelInfo(key.label, model), label: key.label })));
  const ids = new Set(own.map(({ id }) => id));
  return [...modelCatalogue().filter(({ id }) => !ids.has(id)).map((model) => ({ ...model, label: null })), ...own];
}

/** Whether agents of the tenant may use a model. */
export async function isModelOffered(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  return modelCatalogue().some((model) => model.id === id) || (await findOwn(tx, tenantId, id)) !== null;
}

/**
 * A model with where it is called; null: it is not offered to this tenant. What a tenant's key unlocks goes before a model
 * of the catalogue with the same name, so that a change of the catalogue never turns it into one that costs money.
 * @returns `endpoint` null: the platform's own
 * @throws VaultError for a key that does not open
 */
export async function resolveModel(tx: Tx, tenantId: string, id: string): Promise<{ info: ModelInfo; endpoint: ModelEndpoint | null } | null> {
  const own = await findOwn(tx, tenantId, id);
  if (own) {
    const { key, model } = own;
    return { info: toModelInfo(key.label, model), endpoint: { baseUrl: key.baseUrl, apiKey: openModelKey(key.id, key.secret), model: model.id, before: () => takeEgress(tenantId) } };
  }
  const info = modelCatalogue().find((model) => model.id === id);
  return info ? { info, endpoint: null } : null;
}

async function findOwn(tx: Tx, tenantId: string, id: string): Promise<{ key: ModelKeyRow; model: OwnModel } | null> {
  const parts = splitModelId(id);
  const key = parts && (await findModelKeyByLabel(tx, tenantId, parts.label));
  const model = key && readOwnModels(key).find((one) => one.id === parts.model);
  return model ? { key, model } : null;
}
