import type Stripe from "stripe";
import { call, type Asked } from "../http/call";
import { invalid, missingParameter } from "../http/error";
import { clearable, emptyable, flag, list, mergeMetadata, metadata, object, oneOf, required, text, url, type Names, type Read } from "../http/kinds";
import { listPage, PAGE } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { PortalConfiguration, PortalSession } from "../world/wire";
import { requireCustomer } from "./require-customer";

const switched = required(flag);
const proration = oneOf("always_invoice", "create_prorations", "none");
const features = object({
  customer_update: object({ enabled: switched, allowed_updates: emptyable(list(oneOf("address", "email", "name", "phone", "shipping", "tax_id"))) }),
  invoice_history: object({ enabled: switched }),
  payment_method_update: object({ enabled: switched }),
  subscription_cancel: object({ enabled: switched, mode: oneOf("at_period_end", "immediately"), proration_behavior: proration }),
  subscription_update: object({ enabled: switched, default_allowed_updates: emptyable(list(oneOf("price", "promotion_code", "quantity"))), proration_behavior: proration }),
});
const businessProfile = object({ headline: clearable, privacy_policy_url: url, terms_of_service_url: url });
const toCreate = { business_profile: businessProfile, default_return_url: emptyable(url), features: required(features), metadata, name: clearable, login_page: object({ enabled: switched }) } satisfies Names<Stripe.BillingPortal.ConfigurationCreateParams>;
const toUpdate = { ...toCreate, active: flag, features } satisfies Names<Stripe.BillingPortal.ConfigurationUpdateParams>;
const flow = object({
  type: required(oneOf("payment_method_update")),
  after_completion: object({ type: required(oneOf("hosted_confirmation", "portal_homepage", "redirect")), redirect: object({ return_url: required(url) }), hosted_confirmation: object({ custom_message: text }) }),
});
const toOpen = { configuration: text, customer: required(text), flow_data: flow, locale: oneOf("auto", "en"), return_url: url } satisfies Names<Stripe.BillingPortal.SessionCreateParams>;

export const portalCalls = [
  call("POST", "/v1/billing_portal/configurations", toCreate, ({ world, params }) => {
    const now = world.now();
    const row: PortalConfiguration = {
      id: newId("bpc"), object: "billing_portal.configuration", active: true, application: null,
      business_profile: { headline: params.business_profile?.headline ?? null, privacy_policy_url: params.business_profile?.privacy_policy_url ?? null, terms_of_service_url: params.business_profile?.terms_of_service_url ?? null },
      created: now, default_return_url: params.default_return_url ?? null, features: NO_FEATURES, is_default: world.tables.portal_configurations.all().length === 0, livemode: false, login_page: { enabled: false, url: null },
      metadata: mergeMetadata({}, params.metadata), name: params.name ?? null, updated: now,
    };
    row.features = mergeFeatures(NO_FEATURES, params.features);
    return create(world, world.tables.portal_configurations, row, "billing_portal.configuration.created");
  }),
  call("GET", "/v1/billing_portal/configurations", { ...PAGE, active: flag, is_default: flag } satisfies Names<Stripe.BillingPortal.ConfigurationListParams>, ({ world, params }) =>
    listPage(world.tables.portal_configurations, "/v1/billing_portal/configurations", params, (row) => (params.active === undefined || row.active === params.active) && (params.is_default === undefined || row.is_default === params.is_default))),
  call("GET", "/v1/billing_portal/configurations/:id", {}, ({ world, id }) => requireRow(world.tables.portal_configurations, id, "configuration")),
  call("POST", "/v1/billing_portal/configurations/:id", toUpdate, ({ world, id, params }) => {
    requireRow(world.tables.portal_configurations, id, "configuration");
    return update(world, world.tables.portal_configurations, id, "billing_portal.configuration.updated", (row) => {
      if (params.active === false && row.is_default) throw invalid("You can't deactivate the default configuration.", "active");
      row.active = params.active ?? row.active;
      if (params.default_return_url !== undefined) row.default_return_url = params.default_return_url;
      if (params.name !== undefined) row.name = params.name;
      Object.assign(row.business_profile, params.business_profile);
      if (params.features) row.features = mergeFeatures(row.features, params.features);
      row.metadata = mergeMetadata(row.metadata ?? {}, params.metadata);
      row.updated = world.now();
    });
  }),
  call("POST", "/v1/billing_portal/sessions", toOpen, openSession),
];

function openSession({ world, params }: Asked<Read<typeof toOpen>>): PortalSession {
  requireCustomer(world, params.customer);
  const configuration = params.configuration ? world.tables.portal_configurations.get(params.configuration) : world.tables.portal_configurations.all().find((row) => row.is_default);
  if (params.configuration && !configuration) throw missingParameter("configuration", params.configuration, "configuration");
  if (!configuration) throw invalid("You can't create a portal session in test mode until you save your customer portal settings in test mode.");
  if (!configuration.active) throw invalid("The configuration is not active.", "configuration");
  if (params.flow_data && !configuration.features.payment_method_update.enabled) throw invalid("The configuration does not allow to update payment methods.", "flow_data[type]");
  const completion = params.flow_data?.after_completion;
  if (completion?.type === "redirect" && !completion.redirect) throw invalid("Missing required param: flow_data[after_completion][redirect].", "flow_data[after_completion][redirect]", "parameter_missing");
  const id = newId("bps");
  const session: PortalSession = {
    id, object: "billing_portal.session", configuration: configuration.id, created: world.now(), customer: params.customer, customer_account: null,
    flow: params.flow_data
      ? {
          after_completion: { hosted_confirmation: null, redirect: completion?.redirect ?? null, type: completion?.type ?? "portal_homepage" }, customer_update: null, subscription_cancel: null, subscription_pause: null, subscription_update: null,
          subscription_update_confirm: null, type: params.flow_data.type,
        }
      : null,
    livemode: false, locale: params.locale ?? null, on_behalf_of: null, return_url: params.return_url ?? configuration.default_return_url, url: `${world.baseUrl()}/portal/${id}`,
  };
  return create(world, world.tables.portal_sessions, session, "billing_portal.session.created");
}

type Features = PortalConfiguration["features"];

const NO_FEATURES: Features = {
  customer_update: { allowed_updates: [], enabled: false }, invoice_history: { enabled: false }, payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: { cancellation_reason: { enabled: false, feedback_options: null, options: [] }, enabled: false, mode: "at_period_end", proration_behavior: "none" },
  subscription_pause: { duration: { interval_options: [], type: "indefinite" }, enabled: false },
  subscription_update: { billing_cycle_anchor: null, default_allowed_updates: [], enabled: false, products: null, proration_behavior: "none", schedule_at_period_end: { conditions: [] }, trial_update_behavior: "end_trial" },
};

function mergeFeatures(before: Features, change: Read<{ f: typeof features }>["f"]): Features {
  const after = structuredClone(before);
  if (change?.customer_update) after.customer_update = { enabled: change.customer_update.enabled, allowed_updates: change.customer_update.allowed_updates ?? after.customer_update.allowed_updates };
  Object.assign(after.invoice_history, change?.invoice_history);
  Object.assign(after.payment_method_update, change?.payment_method_update);
  Object.assign(after.subscription_cancel, change?.subscription_cancel);
  if (change?.subscription_update) Object.assign(after.subscription_update, change.subscription_update, { default_allowed_updates: change.subscription_update.default_allowed_updates ?? [] });
  return after;
}
