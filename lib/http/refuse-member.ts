import { AppError } from "@/lib/core/errors";
import { roleAllows, type Permission } from "@/lib/tenants/policy";

/** The refusal of somebody whose role would allow this, had the plan a seat for them; null: it is not the seat that they lack. */
export function seatRefusal(by: { role: string | null; readOnly: boolean }, permission: Permission): AppError | null {
  if (!by.readOnly || !roleAllows(by.role, permission)) return null;
  return new AppError("plan_required", "The plan has no seat for you, so you may look at this workspace and change nothing. An owner can make room. Nothing was changed.");
}
