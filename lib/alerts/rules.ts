/** Thresholds of a workspace's own, beside 80, 100 and 200 %. */
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { deleteRuleRow, insertRuleRow, listRuleRows, lockRules, type RuleRow } from "@/lib/alerts/repo";
import type { RuleDto, RuleForm } from "@/lib/alerts/schema";
import { checkThresholds } from "@/lib/alerts/thresholds";
import { METER_WORDS } from "@/lib/alerts/words";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { listCappedKeys } from "@/lib/keys/capped";

/** Each is checked whenever something is used. */
export const MOST_RULES = 20;

/** What the alerts card shows: the rules, and the keys that can have one. */
export async function readRules(tenantId: string): Promise<{ rules: RuleDto[]; keys: { id: string; name: string }[] }> {
  return withTenant(tenantId, async (tx) => {
    const [rows, keys] = [await listRuleRows(tx, tenantId), await listCappedKeys(tx, tenantId)];
    const names = new Map(keys.map(({ id, name }) => [id, name]));
    return { rules: rows.map((row) => toRuleDto(row, names)), keys };
  });
}

/**
 * Adds a threshold. One that usage has passed already is told at once. Adding it twice is no error.
 * @throws AppError `not_found` with the field `subject` for a key that has no cap of its own, `conflict` with the field `percent` when there are too many
 */
export async function addRule(actor: Actor, { subject, percent }: RuleForm): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    await lockRules(tx, tenantId);
    if (subject.keyId !== null && !(await listCappedKeys(tx, tenantId)).some(({ id }) => id === subject.keyId)) {
      throw new AppError("not_found", "There is no such API key with a cap of its own in this workspace.", { param: "subject" });
    }
    const rules = await listRuleRows(tx, tenantId);
    const rule = { ...subject, percent };
    if (rules.length >= MOST_RULES && !rules.some((one) => isSame(one, rule))) {
      throw new AppError("conflict", `A workspace can have ${MOST_RULES} thresholds of its own. Remove one first.`, { param: "percent" });
    }
    if (!(await insertRuleRow(tx, tenantId, rule))) return;
    await recordAudit(tx, actor, { action: "alert_rule.created", targetType: "alert_rule", targetId: idOf(rule), after: toAudit(rule) });
    await checkThresholds(tx, tenantId);
  });
}

/** Removes a threshold; what it recorded stays. Removing one that is gone is no error. */
export async function removeRule(actor: Actor, { subject, percent }: RuleForm): Promise<void> {
  const { tenantId } = actor;
  const rule = { ...subject, percent };
  await withTenant(tenantId, async (tx) => {
    if (!(await deleteRuleRow(tx, tenantId, rule))) return;
    await recordAudit(tx, actor, { action: "alert_rule.deleted", targetType: "alert_rule", targetId: idOf(rule), before: toAudit(rule) });
  });
}

function isSame(one: RuleRow, two: RuleRow): boolean {
  return idOf(one) === idOf(two);
}

function idOf({ meter, keyId, percent }: RuleRow): string {
  return `${keyId ?? meter}:${percent}`;
}

function toAudit({ meter, keyId, percent }: RuleRow): { meter: string; api_key_id: string | null; percent: number } {
  return { meter, api_key_id: keyId, percent };
}

function toRuleDto({ meter, keyId, percent }: RuleRow, names: ReadonlyMap<string, string>): RuleDto {
  const label = keyId === null ? METER_WORDS[meter].name : `minutes of the key “${names.get(keyId) ?? keyId}”${names.has(keyId) ? "" : ", which has no cap of its own now"}`;
  return { subject: keyId ?? meter, label, percent };
}
