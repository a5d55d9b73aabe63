import type { ModelKeyListRow } from "@/lib/models/repo";
import { storedModelSchema, type ModelKeyDto, type OwnModel } from "@/lib/models/schema";

/** The models of a key as they are stored. */
export function readOwnModels(row: Pick<ModelKeyListRow, "models">): OwnModel[] {
  return storedModelSchema.array().parse(row.models);
}

/** A model key as the API and the pages see it: everything but the key. */
export function toModelKeyDto(row: ModelKeyListRow): ModelKeyDto {
  return {
    id: row.id, object: "model_key", label: row.label, base_url: row.baseUrl, models: readOwnModels(row),
    created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(),
  };
}
