import { describe, expect, test } from "vitest";
import { createModelKeyFormSchema, keepNames, modelLine, updateModelKeyFormSchema } from "@/lib/models/form";
import { refreshModels, splitModelId } from "@/lib/models/policy";
import type { OwnModel } from "@/lib/models/schema";

const FIELDS = { label: "mine", base_url: "https://example.com/v1/", secret_key: "sk-1" };
const model = (id: string, more: Partial<OwnModel> = {}): OwnModel => ({ id, name: id, context_tokens: 128_000, max_output_tokens: 4_096, ...more });

describe("the form of a model key", () => {
  test("takes a model a line, with sizes and without", () => {
    const { models, key, base_url } = createModelKeyFormSchema.parse({ ...FIELDS, models: " a/b \n\nc 9000\r\nd, 9000, 500 json" });
    expect({ key, base_url }).toEqual({ key: "sk-1", base_url: "https://example.com/v1" });
    expect(models).toEqual([model("a/b"), model("c", { context_tokens: 9_000 }), model("d", { context_tokens: 9_000, max_output_tokens: 500, structured_output: true })]);
  });
  test("leaves the models to the endpoint when there are none", () => expect(createModelKeyFormSchema.parse({ ...FIELDS, models: " \n" }).models).toBeUndefined());
  test.each(["a b c", "a 1 2 3", "a 9000 much", "a 10", "a\na", "a 9000 10000"])("refuses %j by its field", (models) => {
    expect(createModelKeyFormSchema.safeParse({ ...FIELDS, models }).error?.issues[0]?.path[0]).toBe("models");
  });
  test("an empty key keeps the stored one", () => {
    expect(updateModelKeyFormSchema.parse({ model_key: "mdk_1", base_url: "https://example.com", secret_key: "", models: "" })).toEqual({ id: "mdk_1", change: { base_url: "https://example.com", key: undefined, models: undefined } });
  });
  test("writes what it reads, and keeps names", () => {
    const stored = [model("a", { name: "Alpha", structured_output: true }), model("b")];
    const { change } = updateModelKeyFormSchema.parse({ model_key: "mdk_1", base_url: "https://example.com", models: stored.map(modelLine).join("\n") });
    expect(keepNames(change, stored).models).toEqual(stored);
  });
});

test.each([["a/b", { label: "a", model: "b" }], ["a/b/c", { label: "a", model: "b/c" }], ["a", null], ["/b", null]])("%s is split at its first slash", (id, parts) => expect(splitModelId(id)).toEqual(parts));

test("models read again keep sizes and used models, and are no more than may be", () => {
  const stored = [model("used"), model("known", { context_tokens: 5_000 }), model("gone")];
  expect(refreshModels(stored, [model("known"), model("used", { context_tokens: 9 }), model("new")], new Set(["used"]), 10).map(modelLine)).toEqual([modelLine(model("used")), "known 5000 4096", modelLine(model("new"))]);
  expect(refreshModels(stored, [model("known"), model("new")], new Set(["used"]), 2).map(({ id }) => id)).toEqual(["used", "known"]);
});
