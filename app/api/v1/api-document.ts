/** The API's document, out of every route file under this folder but the one that answers with it. A test compares the list with the files. */
import * as agents from "./agents/route";
import * as agent from "./agents/[id]/route";
import * as restoreAgent from "./agents/[id]/restore/route";
import * as rollBackAgent from "./agents/[id]/rollback/route";
import * as agentVersions from "./agents/[id]/versions/route";
import * as agentVersion from "./agents/[id]/versions/[version]/route";
import * as audit from "./audit/route";
import * as auditExport from "./audit/export/route";
import * as chatCompletions from "./chat/completions/route";
import * as workspaceExport from "./export/route";
import * as keys from "./keys/route";
import * as key from "./keys/[id]/route";
import * as rotateKey from "./keys/[id]/rotate/route";
import * as me from "./me/route";
import * as models from "./models/route";
import * as model from "./models/[id]/route";
import * as modelKeys from "./model_keys/route";
import * as modelKey from "./model_keys/[id]/route";
import * as runs from "./runs/route";
import * as run from "./runs/[id]/route";
import * as cancelRun from "./runs/[id]/cancel/route";
import * as runEvents from "./runs/[id]/events/route";
import * as schedules from "./schedules/route";
import * as schedule from "./schedules/[id]/route";
import * as tools from "./tools/route";
import * as tool from "./tools/[id]/route";
import * as testTool from "./tools/[id]/test/route";
import * as usage from "./usage/route";
import * as usageCsv from "./usage.csv/route";
import * as liveUsage from "./usage/live/route";
import * as webhookDelivery from "./webhook_deliveries/[id]/route";
import * as replayDelivery from "./webhook_deliveries/[id]/replay/route";
import * as webhookEndpoints from "./webhook_endpoints/route";
import * as webhookEndpoint from "./webhook_endpoints/[id]/route";
import * as webhookDeliveries from "./webhook_endpoints/[id]/deliveries/route";
import * as rotateWebhookSecret from "./webhook_endpoints/[id]/rotate_secret/route";
import * as testWebhookEndpoint from "./webhook_endpoints/[id]/test/route";
import { buildDocument, describedRoutes, type ApiDocument } from "@/lib/http/openapi/document";
import { OWN_ROUTE } from "@/lib/http/openapi/own-route";

const MODULES = [
  me, runs, run, cancelRun, runEvents, chatCompletions, models, model, agents, agent, agentVersions, agentVersion, rollBackAgent, restoreAgent, schedules, schedule, tools, tool, testTool, modelKeys, modelKey, keys, key, rotateKey,
  webhookEndpoints, webhookEndpoint, rotateWebhookSecret, testWebhookEndpoint, webhookDeliveries, webhookDelivery, replayDelivery, usage, usageCsv, liveUsage, audit, auditExport, workspaceExport,
];

const documents = new Map<string, ApiDocument>();

/** The document for an installation with this public origin; made once. */
export function apiDocument(origin: string): ApiDocument {
  const known = documents.get(origin) ?? buildDocument([...describedRoutes(MODULES), { method: "GET", route: OWN_ROUTE }], origin);
  documents.set(origin, known);
  return known;
}
