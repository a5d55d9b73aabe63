-- When an invoice that is sent has to be paid, so that one whose day has not come is nowhere taken for a debt. Null: it is charged by itself.
-- Rows from before learn it when their invoice is written next.

ALTER TABLE billing_invoice ADD COLUMN due_at TIMESTAMPTZ(3);

GRANT CREATE ON SCHEMA public TO stint_system;
SET ROLE stint_system;

-- What staff have to look at of billing: flags nobody has seen, payments that are missing, events that failed, the last comparison with Stripe.
CREATE OR REPLACE FUNCTION staff_show_billing(p_staff_id text, p_most int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN jsonb_build_object(
    'flags', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.created_at DESC), '[]') FROM (
      SELECT b.id, b.tenant_id, t.slug, t.name, b.kind, b.invoice_id, b.charge_id, b.amount_cents, b.status, b.reason, b.created_at
      FROM billing_flag b JOIN tenant t ON t.id = b.tenant_id WHERE b.seen_at IS NULL ORDER BY b.created_at DESC LIMIT p_most) f),
    'past_due', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.past_due_since), '[]') FROM (
      SELECT b.tenant_id, t.slug, t.name, b.customer_id, b.status, b.plan_id, t.plan_id AS plan_in_force, coalesce(b.past_due_since, o.since) AS past_due_since, o.cents AS owed_cents
      FROM billing_account b JOIN tenant t ON t.id = b.tenant_id
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(i.due_cents - i.paid_cents), 0) AS cents, min(coalesce(i.due_at, i.finalized_at, i.created_at)) AS since
        FROM billing_invoice i WHERE i.tenant_id = b.tenant_id AND i.status = 'open' AND i.due_cents > i.paid_cents
          -- The first invoice of a purchase that was given up is no debt, and one that is sent becomes one on its day (lib/billing/owed.ts).
          AND CASE WHEN i.due_at IS NULL THEN i.reason IS DISTINCT FROM 'subscription_create' ELSE i.due_at <= now() END) o
      -- Also what is owed for a subscription that has ended: nothing asks for it any more but a person.
      WHERE b.past_due_since IS NOT NULL OR o.since < now() - interval '1 day'
      ORDER BY 8 LIMIT p_most) a),
    'failed_events', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.received_at DESC), '[]') FROM (
      SELECT s.id, s.type, s.object_id, s.status, s.error, s.attempts, s.deliveries, s.created_at, s.received_at, s.retry_at, t.slug, t.name
      FROM stripe_event s LEFT JOIN tenant t ON t.id = s.tenant_id
      WHERE s.status = 'failed' OR (s.status = 'received' AND s.received_at < now() - interval '10 minutes') ORDER BY s.received_at DESC LIMIT p_most) e),
    'comparison', (
      SELECT to_jsonb(r) || jsonb_build_object('list', (
        SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.id), '[]') FROM (
          SELECT f.*, t.slug, t.name FROM reconciliation_difference f LEFT JOIN tenant t ON t.id = f.tenant_id WHERE f.reconciliation_id = r.id ORDER BY f.id LIMIT p_most) d))
      FROM reconciliation r WHERE r.finished_at IS NOT NULL AND r.kind = 'stripe' ORDER BY r.started_at DESC LIMIT 1));
END $$;

-- Whether `claim_trial` would refuse these two: the address had its trial in another workspace, or the workspace had one of another address.
CREATE FUNCTION trial_taken(p_tenant_id text, p_email_hash bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF p_tenant_id IS DISTINCT FROM NULLIF(current_setting('stint.tenant_id', true), '') THEN
    RAISE EXCEPTION 'a trial is asked about for the tenant of the transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN EXISTS (SELECT 1 FROM trial_claim c WHERE (c.email_hash = p_email_hash) <> (c.claimed_by = p_tenant_id));
END $$;
REVOKE ALL ON FUNCTION trial_taken(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trial_taken(text, bytea) TO stint_app;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
