/** Reads from PostgreSQL's own catalogue whether the wall between tenants stands: on tables, views, functions and roles. */
import type { ClientBase } from "pg";

/** Every function that runs as the role that sees all tenants. One more is one more way around the wall: add it on purpose. */
export const DEFINERS = [
  "admit", "admit_member", "append_event", "append_run_events", "audit_staff", "begin_reconciliation", "billing_accounts_after", "billing_accounts_due", "bound_counter", "cancel_descendants", "cancel_run", "check_thresholds",
  "claim_run", "claim_schedules", "claim_stripe_events", "claim_trial", "claim_webhooks", "contracts_due", "delete_run_content", "end_run", "fan_out_webhooks", "find_anomalies", "finish_reconciliation", "finish_run",
  "free_key_ms", "free_tenant_micros", "free_tenant_ms", "invitation_of_token", "keep_ledger_partitions", "key_of_secret", "lease_key_ms", "lift_pauses", "live_user", "lock_counter", "lock_held_run", "mark_stripe_comparison",
  "meter_due", "move_period", "note_stripe_differences", "note_stripe_event", "open_meter_report", "project_usage", "purge_contents", "purge_idempotency_keys", "purge_tenant", "purge_webhooks", "reap_expired_leases",
  "reconcile_next", "reconcile_platform", "reconcile_tenant", "release_run", "renew_lease", "require_staff", "reserve_spend", "run_events_after", "run_signals", "seal_audit", "settle_spend", "settle_stripe_event", "settle_time",
  "slug_is_free", "slug_moved_to", "staff_adjust_usage", "staff_count_ignored_events", "staff_end_contract", "staff_lift_breaker", "staff_list_stripe_events", "staff_list_tenants", "staff_pause", "staff_reconcile", "staff_replay_stripe_event",
  "staff_see_billing_flag", "staff_set_contract", "staff_set_override", "staff_show_billing", "staff_show_contract", "staff_show_reconciliation", "staff_show_stripe_event", "staff_show_subscription", "staff_show_tenant", "store_step",
  "subscriptions_to_end", "take_alerts", "take_billing_credits", "take_expiring_keys", "take_meter_reports", "tenant_of_customer", "tenants_of_user", "trial_taken", "trim_rollups", "trip_breaker", "usage_revisions",
  "wants_webhook", "webhook_of_alert", "webhook_of_key", "webhook_of_pause", "webhook_of_run", "write_webhook_event",
] as const;
/** Of these the application may call none. */
export const INTERNAL: readonly string[] = [
  "append_event", "audit_staff", "bound_counter", "cancel_descendants", "end_run", "free_key_ms", "free_tenant_micros", "free_tenant_ms", "key_of_secret", "lease_key_ms", "live_user", "lock_counter", "lock_held_run", "move_period",
  "reconcile_platform", "reconcile_tenant", "require_staff", "settle_spend", "settle_time",
  "wants_webhook", "webhook_of_alert", "webhook_of_key", "webhook_of_pause", "webhook_of_run", "write_webhook_event",
];
/** Changes the ledger's partitions, which only the ledger's owner may. It reads no tenant's row: row-level security holds its owner too. */
const RUNS_AS_OWNER = "keep_ledger_partitions";
/** What the application's role may read although it belongs to no tenant. */
const SHARED = ["account_event", "mailed_link", "plan", "platform_spend", "projection", "recovery_code", "sign_in_guard", "sign_up", "user_account", "user_identity", "user_session"];

const EXACT = (column: string): string => `(${column} = NULLIF(current_setting('stint.tenant_id'::text, true), ''::text))`;

type Check = (client: ClientBase) => Promise<string[]>;

/** One line for each thing in the catalogue that lets one tenant near another's rows. Empty: the wall stands. */
export async function findCatalogueFaults(client: ClientBase): Promise<string[]> {
  const faults: string[] = [];
  // One connection answers one question at a time.
  for (const check of [checkTables, checkShared, checkViews, checkFunctions, checkRoles, checkOwnership]) faults.push(...(await check(client)));
  return faults;
}

/** Tables, and partitions, which can be asked for by their own names, past the policies of the table they are part of. */
const checkTables: Check = async (client) => {
  const { rows } = await client.query<{ name: string; column: string; enabled: boolean; forced: boolean; led: boolean; purged: boolean; policies: string[] }>(
    `SELECT c.oid::regclass::text AS name, t.attname AS column, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
            EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = t.attnum AND i.indpred IS NULL AND i.indisvalid) AS led,
            c.relispartition OR (has_table_privilege('stint_system', c.oid, 'SELECT') AND has_table_privilege('stint_system', c.oid, 'DELETE')) AS purged,
            ARRAY(SELECT concat_ws(' | ', (SELECT string_agg(r::regrole::text, ',') FROM unnest(p.polroles) r), p.polcmd, p.polpermissive,
                         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                  FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY p.polname) AS policies
     FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND (t.attname = 'tenant_id' OR (t.attname = 'id' AND c.oid = 'public.tenant'::regclass)) ORDER BY 1`,
  );
  return rows.flatMap(({ name, column, enabled, forced, led, purged, policies }) => {
    const wanted = ["stint_system | * | t | true | true", `stint_app | * | t | ${EXACT(column)} | ${EXACT(column)}`];
    return [
      ...(enabled ? [] : [`${name}: row-level security is off`]),
      ...(forced ? [] : [`${name}: its owner passes row-level security`]),
      ...(led ? [] : [`${name}: no index is led by ${column}`]),
      ...(purged ? [] : [`${name}: the purge may not delete from it`]),
      ...wanted.filter((one) => !policies.includes(one)).map((one) => `${name}: lacks the policy of ${one.split(" ")[0]}`),
      ...policies.filter((one) => !wanted.includes(one)).map((one) => `${name}: has another policy: ${one}`),
    ];
  });
};

const checkShared: Check = async (client) => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relrowsecurity
       AND has_table_privilege('stint_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1`,
  );
  return rows.filter(({ name }) => !SHARED.includes(name)).map(({ name }) => `${name}: open to the application, and neither walled nor known to be shared`);
};

const checkViews: Check = async (client) => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
       AND has_table_privilege('stint_app', c.oid, 'SELECT') AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)`,
  );
  return rows.map(({ name }) => `${name}: a view that sees what its owner sees`);
};

const checkFunctions: Check = async (client) => {
  const { rows } = await client.query<{ name: string; schema: string; owner: string; path: string | null; open: boolean; anyone: boolean }>(
    `SELECT p.proname AS name, p.pronamespace::regnamespace::text AS schema, p.proowner::regrole::text AS owner,
            (SELECT s FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%') AS path,
            has_function_privilege('stint_app', p.oid, 'EXECUTE') AS open, has_function_privilege('public', p.oid, 'EXECUTE') AS anyone
     FROM pg_proc p WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace ORDER BY 1`,
  );
  const known: readonly string[] = DEFINERS;
  const owners = await client.query<{ owner: string }>("SELECT relowner::regrole::text AS owner FROM pg_class WHERE oid = 'ledger'::regclass");
  const tablesOwner = owners.rows[0]?.owner;
  return [
    ...rows.flatMap(({ name, schema, owner, path, open, anyone }) => [
      ...(schema === "public" && known.includes(name) ? [] : [`${name}: crosses tenants and is not on the list`]),
      ...(owner === (name === RUNS_AS_OWNER ? tablesOwner : "stint_system") ? [] : [`${name}: runs as ${owner}`]),
      ...(path === "search_path=pg_catalog, public, pg_temp" ? [] : [`${name}: looks up names where its caller says`]),
      ...(anyone ? [`${name}: anyone may call it`] : []),
      ...(open === INTERNAL.includes(name) ? [`${name}: the application ${open ? "may" : "may not"} call it`] : []),
    ]),
    ...known.filter((name) => !rows.some((row) => row.name === name)).map((name) => `${name}: is on the list and does not exist`),
    ...repeated(rows.map(({ name }) => name)).map((name) => `${name}: exists twice`),
  ];
};

/** The application's role and every role that has its rights, the one that web and worker processes sign in as above all. */
const APPLICATION = `WITH RECURSIVE application (oid) AS (
  SELECT 'stint_app'::regrole::oid
  UNION SELECT m.member FROM pg_auth_members m JOIN application a ON a.oid = m.roleid WHERE m.inherit_option OR m.set_option)`;

const checkRoles: Check = async (client) => {
  const { rows } = await client.query<{ name: string; rights: string[]; roles: string[] }>(
    `${APPLICATION}
     SELECT CASE WHEN r.rolname IN ('stint_app', 'stint_system') THEN r.rolname ELSE 'the application' END AS name,
            array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'is superuser' END, CASE WHEN r.rolbypassrls THEN 'bypasses row-level security' END,
              CASE WHEN r.rolcreaterole THEN 'creates roles' END, CASE WHEN r.rolcreatedb THEN 'creates databases' END,
              CASE WHEN r.rolreplication THEN 'replicates' END, CASE WHEN r.rolcanlogin AND r.rolname IN ('stint_app', 'stint_system') THEN 'signs in' END], NULL) AS rights,
            ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid AND NOT (m.roleid = 'stint_app'::regrole AND r.rolname <> 'stint_system')) AS roles
     FROM pg_roles r WHERE r.oid IN (SELECT oid FROM application) OR r.rolname = 'stint_system' ORDER BY 1`,
  );
  return rows.flatMap(({ name, rights, roles }) => [...rights.map((one) => `${name}: ${one}`), ...roles.map((one) => `${name}: is a member of ${one}`)]);
};

const checkOwnership: Check = async (client) => {
  const { rows } = await client.query<{ what: string }>(
    `${APPLICATION}
     SELECT what FROM (
       SELECT c.relowner AS owner, c.oid::regclass::text AS what FROM pg_class c UNION ALL SELECT p.proowner, p.oid::regprocedure::text FROM pg_proc p
       UNION ALL SELECT n.nspowner, n.nspname::text FROM pg_namespace n UNION ALL SELECT d.datdba, d.datname::text FROM pg_database d) o
     WHERE owner IN (SELECT oid FROM application)
     UNION SELECT 'schema ' || n.nspname FROM pg_namespace n, application a WHERE n.nspname = 'public' AND has_schema_privilege(a.oid, n.oid, 'CREATE')
     UNION SELECT 'triggers of ' || c.relname FROM pg_class c, application a
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege(a.oid, c.oid, 'TRIGGER, TRUNCATE, REFERENCES')`,
  );
  return rows.map(({ what }) => `the application: owns or may change ${what}`);
};

function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}
