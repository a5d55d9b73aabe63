import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { issueWords } from "@/lib/core/issue-words";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { env } from "@/lib/platform/env";
import { admit, type Admission } from "@/lib/limits/admission";
import { takeLimits, type LimitCheck } from "@/lib/limits/limiter";
import { retryAfterSeconds } from "@/lib/limits/headers";
import { inWords, isUndecided } from "@/lib/limits/refusal";
import { refusalAmong } from "@/lib/limits/state";
import type { Actor } from "@/lib/audit/service";
import { memberAllows, roleAllows, type Permission } from "@/lib/tenants/policy";
import type { Origin } from "@/lib/users/events";
import type { UserIdentity } from "@/lib/users/service";
import { userOfSession } from "@/lib/users/sessions";
import type { ActionState, TypedValues } from "@/lib/http/action-state";
import { originOf } from "@/lib/http/context";
import { requireStorable } from "@/lib/http/parse";
import { seatRefusal } from "@/lib/http/refuse-member";
import type { Session } from "@/lib/http/session";
import { currentSession } from "@/lib/http/session-cookies";

export type PublicCaller = Origin;
export type UserCaller = Origin & { user: UserIdentity; session: Session };
export type TenantCaller = UserCaller & { admission: Admission; actor: Actor; allows: (permission: Permission) => boolean };

type Access =
  /** Anyone; what guards it is its limits. */
  | { kind: "public" }
  /** Somebody signed in, about their own account. */
  | { kind: "user" }
  /** A member of the platform's staff. The SQL functions that the handler calls check it again. */
  | { kind: "staff" }
  /** A member of the workspace named in the form's field `tenant`, with this permission. */
  | { kind: "tenant"; permission: Permission; /** Also for a member whose role has it and whom the plan has no seat for: it is how room is made. */ withoutSeat?: true };
type Caller<A extends Access> = A extends { kind: "tenant" } ? TenantCaller : A extends { kind: "user" | "staff" } ? UserCaller : PublicCaller;

export type ActionDefinition<A extends Access, S extends z.ZodType> = {
  name: string;
  access: A;
  input: S;
  /** Limits that a call takes from, by the parsed input and who calls from where. */
  limits?: (input: z.output<S>, by: { ip: string; userId: string | null; tenantId: string | null }) => LimitCheck[] | Promise<LimitCheck[]>;
};

/** What a form's action is: state before and form data in, state after out. */
export type Action<T> = (before: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

type Registered = { name: string; access: Access["kind"]; permission: Permission | null; withoutSeat: boolean };
const registry: Registered[] = [];

/** Every action of the product, for the isolation tests. */
export function listActions(): readonly Registered[] {
  return registry;
}

/**
 * Makes a server action: authenticate → permission → parse → limits → handler. Next compares the request's origin with
 * the host before an action runs. Errors come back as state, with what the person typed; redirects pass through.
 */
export function defineAction<A extends Access, S extends z.ZodType, T>(
  definition: ActionDefinition<A, S>,
  handler: (caller: Caller<A>, input: z.output<S>) => Promise<T>,
): Action<T> {
  const { name, access } = definition;
  registry.push({ name, access: access.kind, permission: access.kind === "tenant" ? access.permission : null, withoutSeat: access.kind === "tenant" && access.withoutSeat === true });
  return async (_before, form) => {
    const head = await headers();
    const origin = originOf(head, env().TRUSTED_PROXY_HOPS);
    const values = valuesOf(form);
    try {
      const caller = await callerOf(definition.access, form, origin);
      requireStorable(values);
      const parsed = definition.input.safeParse(values, { error: issueWords });
      if (!parsed.success) return { status: "invalid", fieldErrors: fieldErrorsOf(parsed.error), values: withoutSecrets(values) };
      await requireWithinLimits((await definition.limits?.(parsed.data, idsOf(caller))) ?? []);
      // The caller's type follows from the access that was just checked.
      return { status: "done", data: await handler(caller as Caller<A>, parsed.data) };
    } catch (error) {
      unstable_rethrow(error);
      return toFailure(error, { action: definition.name, requestId: origin.requestId }, withoutSecrets(values));
    }
  };
}

async function callerOf(access: Access, form: FormData, origin: Origin): Promise<PublicCaller | UserCaller | TenantCaller> {
  if (access.kind === "public") return origin;
  const session = await currentSession();
  const slug = form.get("tenant");
  const [user, answer] = session
    ? await Promise.all([userOfSession(session), access.kind === "tenant" ? admit({ kind: "user", ...session, slug: typeof slug === "string" ? slug : "" }, false) : null])
    : [null, null];
  if (!session || !user) throw new AppError("unauthorized", "Your session has ended. Sign in again; nothing was changed.");
  // As an address that nobody knows: the back office is there for staff alone.
  if (access.kind === "staff" && !user.isStaff) throw new AppError("not_found", "There is no such page.");
  if (access.kind !== "tenant" || !answer) return { ...origin, user, session };
  if (answer.kind === "two_factor_missing") throw new AppError("two_factor_required", "This workspace asks for two-factor authentication. Turn it on in your account; nothing was changed.");
  if (answer.kind !== "admitted") throw new AppError("not_found", "There is no such workspace, or you are not a member of it.");
  const { admission } = answer;
  const allows = (permission: Permission): boolean => memberAllows(admission, permission);
  const mayWithoutSeat = access.withoutSeat === true && roleAllows(admission.role, access.permission);
  if (!allows(access.permission) && !mayWithoutSeat) throw seatRefusal(admission, access.permission) ?? new AppError("scope_missing", "Your role in this workspace does not allow this.");
  const { ip, requestId } = origin;
  return { ...origin, user, session, admission, allows, actor: { tenantId: admission.tenant.id, id: admission.userId, userId: admission.userId, ip, requestId } };
}

function idsOf(caller: PublicCaller | UserCaller | TenantCaller): { ip: string; userId: string | null; tenantId: string | null } {
  return { ip: caller.ip, userId: "user" in caller ? caller.user.id : null, tenantId: "admission" in caller ? caller.admission.tenant.id : null };
}

async function requireWithinLimits(checks: LimitCheck[]): Promise<void> {
  if (checks.length === 0) return;
  const states = await takeLimits(checks);
  const refused = refusalAmong(states);
  if (!refused) return;
  const retryAfterS = retryAfterSeconds(refused);
  // No `param`: a form has no field of the policy's name.
  if (isUndecided(refused)) throw new AppError("unavailable", `This cannot be checked for the moment. Nothing was changed. Try again in ${inWords(retryAfterS)}.`, { retryAfterS });
  const minutes = Math.ceil(retryAfterS / 60);
  throw new AppError("rate_limited", `Too many attempts. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`, { retryAfterS });
}

function toFailure(error: unknown, context: { action: string; requestId: string }, values: TypedValues): ActionState<never> {
  if (error instanceof AppError) {
    if (error.status >= 500) log().error({ err: error.cause ?? error, request_id: context.requestId, action: context.action }, error.message);
    return error.param ? { status: "invalid", fieldErrors: { [error.param]: error.message }, values } : { status: "failed", message: error.message, values };
  }
  reportError(error, { request_id: context.requestId, route: context.action });
  return { status: "failed", message: `Something failed on our side; nothing was changed. Request ${context.requestId}.`, values };
}

function valuesOf(form: FormData): TypedValues {
  const values: TypedValues = {};
  for (const name of new Set(form.keys())) {
    if (name.startsWith("$ACTION") || name === "tenant") continue;
    const all = form.getAll(name).filter((value) => typeof value === "string");
    // `name[]` is a list, however many boxes are ticked.
    if (name.endsWith("[]")) values[name.slice(0, -2)] = all.filter((value) => value !== "");
    else values[name] = all[0] ?? "";
  }
  return values;
}

function withoutSecrets(values: TypedValues): TypedValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/password|secret|token/i.test(name)));
}

function fieldErrorsOf(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[String(issue.path[0] ?? "form")] ??= issue.message;
  return errors;
}
