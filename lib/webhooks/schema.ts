import { z } from "zod";
import { listSchema, pageQuerySchema } from "@/lib/core/pagination";

/** What an endpoint can be told of. A run that timed out is a `run.failed` with its status inside. */
export const EVENT_TYPES = ["run.succeeded", "run.failed", "run.stopped", "run.canceled", "usage.threshold", "usage.anomaly", "tenant.paused", "key.expiring"] as const;
export type EventType = (typeof EVENT_TYPES)[number];
/** Sent to one endpoint when somebody asks for it; nobody has to want it. */
export const TEST_EVENT = "webhook.test";
/** Stands for every type, those that come later too. */
export const ALL_EVENTS = "*";

/** More in one workspace are a fault in a program that makes them. */
export const MOST_ENDPOINTS = 10;
/** How long the secret before a rotation still signs. */
export const SECRET_GRACE_HOURS = 24;
/** How long events are kept with what became of them. */
export const KEEP_DAYS = 30;

const urlSchema = z.string().trim().max(2_048, "Use at most 2,048 characters.").transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !["https:", "http:"].includes(url.protocol) || url.hostname === "") context.addIssue({ code: "custom", message: "Use an address such as https://example.com/webhooks." });
  else if (url.username !== "" || url.password !== "") context.addIssue({ code: "custom", message: "Leave the user name and password out; check the signature instead." });
  if (!url) return "";
  url.hash = "";
  return url.href;
}).describe("Where events are sent.");
const descriptionSchema = z.string().trim().max(200, "Use at most 200 characters.").describe("For people.");
const eventTypesSchema = z.array(z.enum([ALL_EVENTS, ...EVENT_TYPES], `Choose among ${[ALL_EVENTS, ...EVENT_TYPES].join(", ")}.`)).min(1, "Choose at least one type of event.").max(50)
  .transform((types) => (types.includes(ALL_EVENTS) ? [ALL_EVENTS] : [...new Set(types)]))
  .describe("What it is told of; `*`: everything.");

export const createEndpointSchema = z.strictObject({
  url: urlSchema,
  description: descriptionSchema.default(""),
  event_types: eventTypesSchema.default([ALL_EVENTS]),
});
export type CreateEndpoint = z.output<typeof createEndpointSchema>;

/** What is left out stays as it is. */
export const updateEndpointSchema = z.strictObject({ url: urlSchema.optional(), description: descriptionSchema.optional(), event_types: eventTypesSchema.optional(), enabled: z.boolean().optional().describe("Whether it is sent events.") });
export type UpdateEndpoint = z.output<typeof updateEndpointSchema>;

/** Why an endpoint gets nothing: somebody disabled it, it answered 410, or every attempt of three days failed. */
export const DISABLED_REASONS = ["user", "gone", "failing"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

export const endpointDtoSchema = z.object({
  id: z.string(), object: z.literal("webhook_endpoint"), url: z.string(), description: z.string(), event_types: z.array(z.string()),
  enabled: z.boolean(), disabled_reason: z.enum(DISABLED_REASONS).nullable(), disabled_at: z.string().nullable(),
  previous_secret_expires_at: z.string().nullable(),
  failing_since: z.string().nullable().describe("First failed attempt since the last one that succeeded; null while nothing fails."),
  last_attempt_at: z.string().nullable(), last_success_at: z.string().nullable(), created_at: z.string(),
});
export type EndpointDto = z.output<typeof endpointDtoSchema>;
export const endpointListSchema = listSchema(endpointDtoSchema);

/** The answer to creating an endpoint or rotating its secret: the only one that ever carries the secret. */
export const createdEndpointSchema = endpointDtoSchema.extend({ secret: z.string().nullable(), secret_note: z.string().optional() });
export type CreatedEndpoint = z.output<typeof createdEndpointSchema>;
export const SECRET_GONE = { secret: null, secret_note: "A secret is shown once, in the first answer. Rotate it to get another one." } as const;

export const deletedEndpointSchema = z.object({ id: z.string(), object: z.literal("webhook_endpoint"), deleted: z.literal(true) });

export const DELIVERY_STATUSES = ["pending", "succeeded", "failed", "canceled"] as const;
export const deliveryStatusSchema = z.enum(DELIVERY_STATUSES);
export type DeliveryStatus = z.output<typeof deliveryStatusSchema>;

const attemptDtoSchema = z.object({
  seq: z.number(), at: z.string(), duration_ms: z.number(), status_code: z.number().nullable(),
  error: z.string().nullable().describe("Why it failed; null when it succeeded."),
  response: z.string().describe("First 2 KB of the answer's body."),
});
export type AttemptDto = z.output<typeof attemptDtoSchema>;

const deliverySummarySchema = z.object({
  id: z.string(), object: z.literal("webhook_delivery"), endpoint_id: z.string(), event_id: z.string(), event_type: z.string(), status: deliveryStatusSchema,
  attempts: z.number(), next_attempt_at: z.string().nullable(), created_at: z.string(), finished_at: z.string().nullable(),
  /** Of the last attempt; null: there was none, or it got no answer. */
  last_status_code: z.number().nullable(), last_error: z.string().nullable(),
});
export type DeliverySummary = z.output<typeof deliverySummarySchema>;
export const deliveryListSchema = listSchema(deliverySummarySchema);

/** A delivery with the body that is sent and its latest attempts, the newest first. */
export const deliveryDtoSchema = deliverySummarySchema.extend({ payload: z.unknown(), log: z.array(attemptDtoSchema) });
export type DeliveryDto = z.output<typeof deliveryDtoSchema>;

export const deliveryListQuerySchema = pageQuerySchema.extend({ status: deliveryStatusSchema.optional().describe("Deliveries that stand so.") });
export type DeliveryListQuery = z.output<typeof deliveryListQuerySchema>;
