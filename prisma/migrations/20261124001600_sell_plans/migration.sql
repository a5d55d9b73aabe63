-- Plans that are sold: what Stripe knows of a tenant (a projection, written from objects that were fetched and never from an
-- event's own words), its invoices, what was reported to the meter, and every event that ever came.

-- AlterTable
-- In trial the plan's features are the plan's, its minutes and model spend a tenth, and there is no overage.
ALTER TABLE "tenant" ADD COLUMN     "trial_ends_at" TIMESTAMPTZ(3);

CREATE OR REPLACE VIEW effective_limit WITH (security_invoker = true) AS
  SELECT t.id AS tenant_id,
         coalesce(o.minutes_ms, p.minutes_ms / CASE WHEN t.trial_ends_at IS NULL THEN 1 ELSE 10 END, 0) AS quota_ms,
         coalesce(o.model_spend_micros, p.model_spend_micros / CASE WHEN t.trial_ends_at IS NULL THEN 1 ELSE 10 END, 0) AS quota_micros,
         coalesce(o.api_calls, p.api_calls, 0) AS cap_calls,
         t.spend_limit_micros,
         coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) AS overage_micros_per_minute,
         t.overage_enabled AND t.trial_ends_at IS NULL AND coalesce(o.overage_micros_per_minute, p.overage_micros_per_minute) IS NOT NULL AS overage_enabled,
         coalesce(o.requests_per_minute, p.requests_per_minute) AS requests_per_minute,
         coalesce(o.concurrent_runs, p.concurrent_runs) AS concurrent_runs,
         coalesce(o.queue_depth, p.queue_depth) AS queue_depth,
         coalesce(o.longest_run_ms, p.longest_run_ms) AS longest_run_ms,
         coalesce(o.agents, p.agents) AS agents,
         coalesce(o.members, p.members) AS members
  FROM tenant t JOIN plan p ON p.id = t.plan_id
  LEFT JOIN tenant_override o ON o.tenant_id = t.id AND (o.expires_at IS NULL OR o.expires_at > now());

-- CreateTable
CREATE TABLE "billing_account" (
    "tenant_id" TEXT NOT NULL,
    "customer_id" TEXT,
    "sync_seq" BIGINT NOT NULL DEFAULT 0,
    "synced_at" TIMESTAMPTZ(3),
    "subscription_id" TEXT,
    "status" TEXT NOT NULL DEFAULT 'none',
    "plan_id" TEXT,
    "price_cents" INTEGER,
    "anchor_at" TIMESTAMPTZ(3),
    "period_start" TIMESTAMPTZ(3),
    "period_end" TIMESTAMPTZ(3),
    "trial_starts_at" TIMESTAMPTZ(3),
    "trial_ends_at" TIMESTAMPTZ(3),
    "cancel_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "schedule_id" TEXT,
    "scheduled_plan_id" TEXT,
    "scheduled_at" TIMESTAMPTZ(3),
    "past_due_since" TIMESTAMPTZ(3),
    "card" JSONB,
    "email" TEXT,
    "country" TEXT,
    "discount" JSONB,
    "balance_cents" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "billing_account_pkey" PRIMARY KEY ("tenant_id")
);
CREATE UNIQUE INDEX "billing_account_customer_id_key" ON "billing_account"("customer_id");
CREATE UNIQUE INDEX "billing_account_subscription_id_key" ON "billing_account"("subscription_id");
-- Whose state changes by the clock alone: grace that ends, trials that Stripe should have ended.
CREATE INDEX billing_account_past_due ON billing_account (past_due_since) WHERE past_due_since IS NOT NULL;
CREATE INDEX billing_account_trial ON billing_account (trial_ends_at) WHERE status = 'trialing';
ALTER TABLE billing_account ADD CONSTRAINT billing_account_status
  CHECK (status IN ('none', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'canceled', 'paused'));
ALTER TABLE "billing_account" ADD CONSTRAINT "billing_account_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_account');
GRANT SELECT, INSERT, UPDATE ON billing_account TO stint_app;
GRANT SELECT, UPDATE, DELETE ON billing_account TO stint_system;

-- CreateTable
CREATE TABLE "billing_invoice" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sync_seq" BIGINT NOT NULL DEFAULT 0,
    "subscription_id" TEXT,
    "number" TEXT,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "currency" TEXT NOT NULL,
    "subtotal_cents" INTEGER NOT NULL,
    "tax_cents" INTEGER NOT NULL,
    "total_cents" INTEGER NOT NULL,
    "due_cents" INTEGER NOT NULL,
    "paid_cents" INTEGER NOT NULL,
    "refunded_cents" INTEGER NOT NULL DEFAULT 0,
    "lines" JSONB NOT NULL,
    "note" TEXT,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "period_end" TIMESTAMPTZ(3) NOT NULL,
    "hosted_url" TEXT,
    "pdf_url" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finalized_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_invoice_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "billing_invoice_tenant_id_created_at_idx" ON "billing_invoice"("tenant_id", "created_at" DESC, "id");
ALTER TABLE billing_invoice ADD CONSTRAINT billing_invoice_status CHECK (status IN ('draft', 'open', 'paid', 'uncollectible', 'void', 'deleted'));
ALTER TABLE "billing_invoice" ADD CONSTRAINT "billing_invoice_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_invoice');
GRANT SELECT, INSERT, UPDATE ON billing_invoice TO stint_app;
GRANT SELECT, DELETE ON billing_invoice TO stint_system;

-- CreateTable
-- A refund or a dispute, so that a person looks at it.
CREATE TABLE "billing_flag" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sync_seq" BIGINT NOT NULL DEFAULT 0,
    "invoice_id" TEXT,
    "charge_id" TEXT NOT NULL,
    "amount_cents" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3),
    "seen_by" TEXT,

    CONSTRAINT "billing_flag_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX billing_flag_unseen ON billing_flag (created_at) WHERE seen_at IS NULL;
ALTER TABLE billing_flag ADD CONSTRAINT billing_flag_kind CHECK (kind IN ('refund', 'dispute'));
ALTER TABLE "billing_flag" ADD CONSTRAINT "billing_flag_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_flag');
GRANT SELECT, INSERT, UPDATE ON billing_flag TO stint_app;
GRANT SELECT, UPDATE, DELETE ON billing_flag TO stint_system;

-- CreateTable
-- A mail that a change of the account asked for; its key names the change, so that a change is told of once.
CREATE TABLE "billing_mail" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_mail_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "billing_mail_tenant_id_key_key" ON "billing_mail"("tenant_id", "key");
ALTER TABLE "billing_mail" ADD CONSTRAINT "billing_mail_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_mail');
GRANT SELECT, INSERT, UPDATE ON billing_mail TO stint_app;
GRANT SELECT, DELETE ON billing_mail TO stint_system;

-- CreateTable
-- One meter event: what a period's overage had grown by. The next one begins where the last that Stripe has confirmed ends.
CREATE TABLE "meter_report" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "from_micros" BIGINT NOT NULL,
    "to_micros" BIGINT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "late" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "meter_report_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "meter_report_tenant_id_period_start_from_micros_key" ON "meter_report"("tenant_id", "period_start", "from_micros");
CREATE INDEX meter_report_unsent ON meter_report (created_at) WHERE sent_at IS NULL;
ALTER TABLE meter_report ADD CONSTRAINT meter_report_grows CHECK (from_micros >= 0 AND to_micros > from_micros);
ALTER TABLE "meter_report" ADD CONSTRAINT "meter_report_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('meter_report');
GRANT SELECT, INSERT, UPDATE ON meter_report TO stint_app;
GRANT SELECT, UPDATE, DELETE ON meter_report TO stint_system;

-- CreateTable
-- Money given back: a correction of usage that was reported already. Sent once, by its id as the idempotency key.
CREATE TABLE "billing_credit" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3),
    "micros" BIGINT NOT NULL,
    "cents" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "transaction_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "billing_credit_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE UNIQUE INDEX "billing_credit_tenant_id_key_key" ON "billing_credit"("tenant_id", "key");
CREATE INDEX billing_credit_unsent ON billing_credit (created_at) WHERE sent_at IS NULL;
ALTER TABLE billing_credit ADD CONSTRAINT billing_credit_positive CHECK (cents >= 0 AND micros > 0);
ALTER TABLE "billing_credit" ADD CONSTRAINT "billing_credit_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('billing_credit');
GRANT SELECT, INSERT, UPDATE ON billing_credit TO stint_app;
GRANT SELECT, UPDATE, DELETE ON billing_credit TO stint_system;

-- CreateTable
-- What staff agreed with an Enterprise customer; its quotas and its overage price stand in `tenant_override`.
CREATE TABLE "contract" (
    "tenant_id" TEXT NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "payment" TEXT NOT NULL,
    "days_until_due" INTEGER,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "terms" TEXT NOT NULL,
    "set_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contract_pkey" PRIMARY KEY ("tenant_id")
);
ALTER TABLE contract ADD CONSTRAINT contract_payment CHECK (payment IN ('card', 'invoice', 'outside') AND (payment = 'invoice') = (days_until_due IS NOT NULL)),
  ADD CONSTRAINT contract_price CHECK (price_cents >= 0), ADD CONSTRAINT contract_ends CHECK (ends_at > starts_at);
ALTER TABLE "contract" ADD CONSTRAINT "contract_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT wall_in('contract');
GRANT SELECT ON contract TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON contract TO stint_system;

-- CreateTable
-- Who has had a trial: it outlives the workspace and holds no address, so that the same person cannot have it twice.
CREATE TABLE "trial_claim" (
    "email_hash" BYTEA NOT NULL,
    "claimed_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trial_claim_pkey" PRIMARY KEY ("email_hash")
);
CREATE UNIQUE INDEX "trial_claim_claimed_by_key" ON "trial_claim"("claimed_by");
GRANT SELECT, INSERT, DELETE ON trial_claim TO stint_system;

-- CreateTable
-- Every event that Stripe ever delivered, kept for good: one that comes again after a year is still the same.
CREATE TABLE "stripe_event" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "type" TEXT NOT NULL,
    "object_id" TEXT,
    "api_version" TEXT,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveries" INTEGER NOT NULL DEFAULT 1,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL DEFAULT 'received',
    "outcome" TEXT,
    "error" TEXT,
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("id")
);
CREATE INDEX stripe_event_received ON stripe_event (received_at DESC, id DESC);
CREATE INDEX stripe_event_failed ON stripe_event (received_at) WHERE status IN ('received', 'failed');
CREATE INDEX stripe_event_tenant ON stripe_event (tenant_id, received_at DESC);
ALTER TABLE stripe_event ADD CONSTRAINT stripe_event_status CHECK (status IN ('received', 'handled', 'ignored', 'failed'));
SELECT wall_in('stripe_event');
GRANT SELECT ON stripe_event TO stint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON stripe_event TO stint_system;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Whose customer this is at Stripe; null: nobody's here.
CREATE FUNCTION tenant_of_customer(p_customer_id text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.tenant_id FROM billing_account a WHERE a.customer_id = p_customer_id;
$$;

-- Writes down an event before anything is done with it. Returns what has become of it so far.
CREATE FUNCTION note_stripe_event(p_id text, p_tenant_id text, p_type text, p_object_id text, p_api_version text, p_created_at timestamptz, p_payload jsonb) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO stripe_event AS e (id, tenant_id, type, object_id, api_version, created_at, payload)
  VALUES (p_id, p_tenant_id, p_type, p_object_id, p_api_version, p_created_at, p_payload)
  ON CONFLICT (id) DO UPDATE SET deliveries = e.deliveries + 1
  RETURNING e.status;
$$;

-- Says what became of an event. What was handled once stays handled, whatever a slower repeat says later.
CREATE FUNCTION settle_stripe_event(p_id text, p_tenant_id text, p_status text, p_outcome text, p_error text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE stripe_event e SET attempts = e.attempts + 1, tenant_id = coalesce(p_tenant_id, e.tenant_id),
    status = CASE WHEN e.status = 'handled' AND p_status <> 'handled' THEN e.status ELSE p_status END,
    outcome = coalesce(p_outcome, e.outcome), error = CASE WHEN e.status <> 'handled' AND p_status = 'failed' THEN p_error END,
    handled_at = CASE WHEN p_status IN ('handled', 'ignored') THEN coalesce(e.handled_at, now()) ELSE e.handled_at END
  WHERE e.id = p_id;
$$;

-- Takes a trial for a tenant: once for an address, once for a tenant. Asking again for the same two is no second trial.
-- `claimed`, `address_used` or `tenant_used`.
CREATE FUNCTION claim_trial(p_tenant_id text, p_email_hash bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_tenant_id IS DISTINCT FROM NULLIF(current_setting('stint.tenant_id', true), '') THEN
    RAISE EXCEPTION 'a trial is taken for the tenant of the transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO trial_claim (email_hash, claimed_by) VALUES (p_email_hash, p_tenant_id) ON CONFLICT DO NOTHING;
  IF EXISTS (SELECT 1 FROM trial_claim c WHERE c.email_hash = p_email_hash AND c.claimed_by = p_tenant_id) THEN
    RETURN 'claimed';
  END IF;
  RETURN CASE WHEN EXISTS (SELECT 1 FROM trial_claim c WHERE c.claimed_by = p_tenant_id) THEN 'tenant_used' ELSE 'address_used' END;
END $$;

-- Accounts whose state the clock alone may have changed: grace or a dunning day that came, a trial that should have ended.
CREATE FUNCTION billing_accounts_due(p_most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.tenant_id FROM billing_account a WHERE a.past_due_since IS NOT NULL
  UNION
  SELECT a.tenant_id FROM billing_account a WHERE a.status = 'trialing' AND a.trial_ends_at < now() + interval '3 days'
  ORDER BY 1 LIMIT p_most;
$$;

REVOKE ALL ON FUNCTION tenant_of_customer(text), note_stripe_event(text, text, text, text, text, timestamptz, jsonb), settle_stripe_event(text, text, text, text, text),
  claim_trial(text, bytea), billing_accounts_due(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_customer(text), note_stripe_event(text, text, text, text, text, timestamptz, jsonb), settle_stripe_event(text, text, text, text, text),
  claim_trial(text, bytea), billing_accounts_due(int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
