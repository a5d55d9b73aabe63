"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { defineAction } from "@/lib/http/action";
import { replayDelivery, sendTestEvent } from "@/lib/webhooks/deliveries/service";
import { createEndpointFormSchema, deliveryFormSchema, enableEndpointFormSchema, endpointFormSchema, updateEndpointFormSchema } from "@/lib/webhooks/form";
import { createEndpoint, deleteEndpoint, rotateEndpointSecret, updateEndpoint } from "@/lib/webhooks/service";

const access = { kind: "tenant", permission: "webhooks:write" } as const;
const refresh = (slug: string): void => revalidatePath(`/t/${slug}/webhooks`, "layout");

export const createEndpointAction = defineAction({ name: "create_webhook_endpoint", access, input: createEndpointFormSchema }, async ({ actor, admission }, input) => {
  const { id, secret } = await createEndpoint(actor, input);
  refresh(admission.tenant.slug);
  return { id, secret: secret ?? "" };
});

export const updateEndpointAction = defineAction({ name: "update_webhook_endpoint", access, input: updateEndpointFormSchema }, async ({ actor, admission }, { endpoint, change }) => {
  await updateEndpoint(actor, endpoint, change);
  refresh(admission.tenant.slug);
  return {};
});

export const enableEndpointAction = defineAction({ name: "enable_webhook_endpoint", access, input: enableEndpointFormSchema }, async ({ actor, admission }, { endpoint, enabled }) => {
  await updateEndpoint(actor, endpoint, { enabled });
  refresh(admission.tenant.slug);
  return {};
});

export const rotateEndpointSecretAction = defineAction({ name: "rotate_webhook_secret", access, input: endpointFormSchema }, async ({ actor, admission }, { endpoint }) => {
  const { id, secret } = await rotateEndpointSecret(actor, endpoint);
  refresh(admission.tenant.slug);
  return { id, secret: secret ?? "" };
});

export const deleteEndpointAction = defineAction({ name: "delete_webhook_endpoint", access, input: endpointFormSchema }, async ({ actor, admission }, { endpoint }) => {
  await deleteEndpoint(actor, endpoint);
  refresh(admission.tenant.slug);
  return {};
});

export const sendTestEventAction = defineAction({ name: "send_test_webhook", access, input: endpointFormSchema }, async ({ actor, admission }, { endpoint }) => {
  const delivery = await sendTestEvent(actor, endpoint);
  refresh(admission.tenant.slug);
  redirect(`/t/${admission.tenant.slug}/webhooks/${delivery.endpoint_id}/${delivery.id}`);
});

export const replayDeliveryAction = defineAction({ name: "replay_webhook_delivery", access, input: deliveryFormSchema }, async ({ actor, admission }, { delivery }) => {
  await replayDelivery(actor, delivery);
  refresh(admission.tenant.slug);
  return {};
});
