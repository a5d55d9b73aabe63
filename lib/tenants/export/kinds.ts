import {
  readBilling, readContract, readCredits, readInvoices, readMeterReports, readRefundsAndDisputes,
  readAgentVersions, readAgents, readAgreedLimits, readAlertRules, readApiKeys, readAuditLog, readInvitations, readLedger, readMembers, readModelKeys, readRunEvents, readRuns, readSchedules, readSteps, readTools, readUsageAlerts, readUsageDaily,
  readUsageHourly, readWebhookAttempts, readWebhookDeliveries, readWebhookEndpoints, readWebhookEvents, readWorkspace, type ReadPage,
} from "@/lib/tenants/export/repo";

export type ExportKind = {
  /** Of its file, without the ending. */
  name: string;
  /** Tables whose rows are in it. */
  tables: string[];
  /** Rows read at a time: few where one may be large. */
  page: number;
  read: ReadPage;
};

/** Everything that an export holds, in the order of its files. */
export const EXPORT_KINDS: readonly ExportKind[] = [
  { name: "workspace", tables: ["tenant", "tenant_slug"], page: 2, read: readWorkspace },
  { name: "members", tables: ["member"], page: 500, read: readMembers },
  { name: "invitations", tables: ["invitation"], page: 500, read: readInvitations },
  { name: "api_keys", tables: ["api_key"], page: 500, read: readApiKeys },
  { name: "agents", tables: ["agent"], page: 500, read: readAgents },
  { name: "agent_versions", tables: ["agent_version"], page: 100, read: readAgentVersions },
  { name: "tools", tables: ["tool"], page: 20, read: readTools },
  { name: "model_keys", tables: ["model_key"], page: 20, read: readModelKeys },
  { name: "schedules", tables: ["schedule"], page: 20, read: readSchedules },
  { name: "runs", tables: ["run"], page: 20, read: readRuns },
  { name: "steps", tables: ["step"], page: 50, read: readSteps },
  { name: "run_events", tables: ["run_event"], page: 500, read: readRunEvents },
  { name: "ledger", tables: ["ledger"], page: 1_000, read: readLedger },
  { name: "usage_hourly", tables: ["usage_hourly"], page: 1_000, read: readUsageHourly },
  { name: "usage_daily", tables: ["usage_daily"], page: 1_000, read: readUsageDaily },
  { name: "agreed_limits", tables: ["tenant_override"], page: 2, read: readAgreedLimits },
  { name: "alert_rules", tables: ["alert_rule"], page: 500, read: readAlertRules },
  { name: "usage_alerts", tables: ["usage_alert"], page: 500, read: readUsageAlerts },
  { name: "webhook_endpoints", tables: ["webhook_endpoint"], page: 100, read: readWebhookEndpoints },
  { name: "webhook_events", tables: ["webhook_event"], page: 100, read: readWebhookEvents },
  { name: "webhook_deliveries", tables: ["webhook_delivery"], page: 500, read: readWebhookDeliveries },
  { name: "webhook_attempts", tables: ["webhook_attempt"], page: 200, read: readWebhookAttempts },
  { name: "billing", tables: ["billing_account"], page: 2, read: readBilling },
  { name: "contract", tables: ["contract"], page: 2, read: readContract },
  { name: "invoices", tables: ["billing_invoice"], page: 100, read: readInvoices },
  { name: "refunds_and_disputes", tables: ["billing_flag"], page: 500, read: readRefundsAndDisputes },
  { name: "meter_reports", tables: ["meter_report"], page: 500, read: readMeterReports },
  { name: "credits", tables: ["billing_credit"], page: 500, read: readCredits },
  { name: "audit_log", tables: ["audit_log", "audit_seal"], page: 500, read: readAuditLog },
];

/** Tables of a tenant that are not exported, each with the reason. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  usage_counter: "Sums of the ledger by period, and what runs have leased at the moment.",
  key_counter: "Sums of the ledger by key and period, and what runs have leased at the moment.",
  audit_chain: "Number and hash of the last link, which audit_log has, too.",
  reconciliation_difference: "What the platform's staff has to look into; what was used is in the other files.",
  billing_mail: "Mails that were sent; what they tell of is in the other files.",
  billing_turn: "Whether somebody is changing the subscription at this moment.",
  stripe_event: "Messages between the platform and its payment provider; what follows from them is in the other files.",
  idempotency_key: "Answers kept for a day to repeat them; what they tell of is in the other files.",
};
