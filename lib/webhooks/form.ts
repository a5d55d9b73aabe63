import { z } from "zod";
import { createEndpointSchema } from "@/lib/webhooks/schema";

const id = z.string().max(64);
const fields = {
  url: createEndpointSchema.shape.url, description: createEndpointSchema.shape.description.unwrap(), event_types: createEndpointSchema.shape.event_types.unwrap(),
};

/** What the forms of the webhook pages send. */
export const createEndpointFormSchema = z.object(fields);
export const updateEndpointFormSchema = z.object({ ...fields, endpoint: id }).transform(({ endpoint, ...change }) => ({ endpoint, change }));
export const endpointFormSchema = z.object({ endpoint: id });
export const enableEndpointFormSchema = z.object({ endpoint: id, enabled: z.enum(["true", "false"]).transform((text) => text === "true") });
export const deliveryFormSchema = z.object({ delivery: id });
