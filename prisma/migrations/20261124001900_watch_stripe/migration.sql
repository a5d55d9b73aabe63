-- What Stripe's events came to, for staff to see and handle again; and a comparison of what stands here with what Stripe has,
-- which is shown and puts nothing right.

-- AlterTable
-- When a worker handles an event again that failed or was never finished.
ALTER TABLE "stripe_event" ADD COLUMN     "retry_at" TIMESTAMPTZ(3);
CREATE INDEX stripe_event_type ON stripe_event (type, received_at DESC, id DESC);

-- AlterTable
-- A status or a plan is a word; a difference between words counts nothing.
ALTER TABLE "reconciliation_difference" ADD COLUMN     "expected_word" TEXT,
ADD COLUMN     "found_word" TEXT;
ALTER TABLE reconciliation DROP CONSTRAINT reconciliation_kind;
ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_kind CHECK (kind IN ('daily', 'script', 'tenant', 'stripe'));

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Begins a sweep over everybody. The day's own is begun once, and so is the day's comparison with Stripe: null while one is done or under way.
CREATE OR REPLACE FUNCTION begin_reconciliation(p_kind text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  begun text := new_id('rec');
BEGIN
  IF p_kind NOT IN ('daily', 'script', 'stripe') THEN
    RAISE EXCEPTION 'a sweep is daily or by the script, or with Stripe' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('begin_reconciliation'));
  IF p_kind <> 'script' AND EXISTS (
    SELECT 1 FROM reconciliation r WHERE r.kind = p_kind AND r.started_at >= date_trunc('day', now(), 'UTC')
      AND (r.finished_at IS NOT NULL OR r.seen_at > now() - interval '10 minutes')) THEN
    RETURN NULL;
  END IF;
  DELETE FROM reconciliation r WHERE r.started_at < now() - interval '90 days' OR (r.kind = p_kind AND r.finished_at IS NULL AND r.seen_at < now() - interval '10 minutes');
  INSERT INTO reconciliation (id, kind) VALUES (begun, p_kind);
  RETURN begun;
END $$;

-- Writes down what of one tenant (null: of nobody here) is otherwise at Stripe. False: the sweep is not under way any more.
CREATE FUNCTION note_stripe_differences(p_id text, p_tenant_id text, p_differences jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  written int;
BEGIN
  PERFORM 1 FROM reconciliation r WHERE r.id = p_id AND r.kind = 'stripe' AND r.finished_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  -- A tenant that was purged meanwhile has none.
  INSERT INTO reconciliation_difference (id, reconciliation_id, tenant_id, check_name, period_start, subject, expected, found, expected_word, found_word)
  SELECT new_id('dif'), p_id, p_tenant_id, d.check_name, d.period_start, d.subject, 0, 0, d.expected_word, d.found_word
  FROM jsonb_to_recordset(p_differences) AS d (check_name text, period_start timestamptz, subject text, expected_word text, found_word text)
  WHERE p_tenant_id IS NULL OR EXISTS (SELECT 1 FROM tenant t WHERE t.id = p_tenant_id)
  LIMIT 500;
  GET DIAGNOSTICS written = ROW_COUNT;
  UPDATE reconciliation r SET differences = r.differences + written, seen_at = clock_timestamp() WHERE r.id = p_id;
  RETURN true;
END $$;

-- Says that a comparison with Stripe goes on, and at last that it has ended. The number of its differences; null: somebody else began it anew.
CREATE FUNCTION mark_stripe_comparison(p_id text, p_tenants int, p_finished boolean) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE reconciliation r SET tenants = p_tenants, seen_at = clock_timestamp(), finished_at = CASE WHEN p_finished THEN clock_timestamp() END
  WHERE r.id = p_id AND r.kind = 'stripe' AND r.finished_at IS NULL RETURNING r.differences;
$$;

-- Who is a customer at Stripe, a page at a time.
CREATE FUNCTION billing_accounts_after(p_after text, p_most int) RETURNS TABLE (tenant_id text, customer_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.tenant_id, a.customer_id FROM billing_account a WHERE a.tenant_id > p_after AND a.customer_id IS NOT NULL ORDER BY a.tenant_id LIMIT p_most;
$$;

-- Takes events for the worker that failed or were never finished ten minutes ago: each later than the time before, up to six hours.
CREATE FUNCTION claim_stripe_events(p_most int) RETURNS TABLE (id text, payload jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE stripe_event e SET retry_at = now() + least(interval '6 hours', interval '10 minutes' * power(2, least(e.attempts, 6)))
  WHERE e.id IN (
    SELECT d.id FROM stripe_event d
    WHERE d.status IN ('received', 'failed') AND d.received_at < now() - interval '10 minutes' AND (d.retry_at IS NULL OR d.retry_at <= now())
    ORDER BY d.received_at LIMIT p_most FOR UPDATE SKIP LOCKED)
  RETURNING e.id, e.payload;
$$;

-- What staff have to look at of billing: flags nobody has seen, payments that are missing, events that failed, the last comparison with Stripe.
CREATE FUNCTION staff_show_billing(p_staff_id text, p_most int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN jsonb_build_object(
    'flags', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.created_at DESC), '[]') FROM (
      SELECT b.id, b.tenant_id, t.slug, t.name, b.kind, b.invoice_id, b.charge_id, b.amount_cents, b.status, b.reason, b.created_at
      FROM billing_flag b JOIN tenant t ON t.id = b.tenant_id WHERE b.seen_at IS NULL ORDER BY b.created_at DESC LIMIT p_most) f),
    'past_due', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.past_due_since), '[]') FROM (
      SELECT b.tenant_id, t.slug, t.name, b.customer_id, b.status, b.plan_id, t.plan_id AS plan_in_force,
             coalesce(b.past_due_since, (SELECT min(i.finalized_at) FROM billing_invoice i WHERE i.tenant_id = b.tenant_id AND i.status = 'open')) AS past_due_since,
             (SELECT coalesce(sum(i.due_cents - i.paid_cents), 0) FROM billing_invoice i WHERE i.tenant_id = b.tenant_id AND i.status = 'open') AS owed_cents
      FROM billing_account b JOIN tenant t ON t.id = b.tenant_id -- Also what is owed for a subscription that has ended: nothing asks for it any more but a person.
      WHERE b.past_due_since IS NOT NULL OR EXISTS (SELECT 1 FROM billing_invoice i WHERE i.tenant_id = b.tenant_id AND i.status = 'open' AND i.due_cents > i.paid_cents AND i.finalized_at < now() - interval '1 day')
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

-- Takes a flag off the list of what has to be looked at. False: there is none such, or somebody has seen it.
CREATE FUNCTION staff_see_billing_flag(p_staff_id text, p_tenant_id text, p_flag_id text, p_ip text, p_request_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  UPDATE billing_flag f SET seen_at = now(), seen_by = p_staff_id WHERE f.tenant_id = p_tenant_id AND f.id = p_flag_id AND f.seen_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'billing.flag_seen', NULL, jsonb_build_object('flag', p_flag_id), p_ip, p_request_id);
  RETURN true;
END $$;

-- Events as they came, newest first, before the one named. `p_workspace`: an id or a slug. Null: everything.
CREATE FUNCTION staff_list_stripe_events(p_staff_id text, p_type text, p_status text, p_workspace text, p_before text, p_most int)
RETURNS TABLE (id text, type text, object_id text, status text, outcome text, error text, deliveries int, attempts int, created_at timestamptz, received_at timestamptz,
               handled_at timestamptz, tenant_id text, slug text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  wanted text;
BEGIN
  PERFORM require_staff(p_staff_id);
  IF p_workspace IS NOT NULL THEN
    -- The events of one that was purged still carry nobody's id; an id that nobody has finds none.
    wanted := coalesce((SELECT t.id FROM tenant t WHERE t.slug = p_workspace OR t.id = p_workspace), p_workspace);
  END IF;
  RETURN QUERY
  SELECT e.id, e.type, e.object_id, e.status, e.outcome, e.error, e.deliveries, e.attempts, e.created_at, e.received_at, e.handled_at, e.tenant_id, t.slug, t.name
  FROM stripe_event e LEFT JOIN tenant t ON t.id = e.tenant_id
  WHERE (p_type IS NULL OR e.type = p_type) AND (p_status IS NULL OR e.status = p_status) AND (wanted IS NULL OR e.tenant_id = wanted)
    AND (p_before IS NULL OR (e.received_at, e.id) < (SELECT b.received_at, b.id FROM stripe_event b WHERE b.id = p_before))
  ORDER BY e.received_at DESC, e.id DESC LIMIT p_most;
END $$;

-- One event with all that it said; null: there is none such.
CREATE FUNCTION staff_show_stripe_event(p_staff_id text, p_event_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN (SELECT to_jsonb(e) || jsonb_build_object('slug', t.slug, 'name', t.name) FROM stripe_event e LEFT JOIN tenant t ON t.id = e.tenant_id WHERE e.id = p_event_id);
END $$;

-- Writes down that staff have an event handled again, and returns it; null: there is none such. One that belongs to nobody here has no log to be written in.
CREATE FUNCTION staff_replay_stripe_event(p_staff_id text, p_event_id text, p_ip text, p_request_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen stripe_event;
BEGIN
  PERFORM require_staff(p_staff_id);
  SELECT e.* INTO seen FROM stripe_event e WHERE e.id = p_event_id;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM tenant t WHERE t.id = seen.tenant_id) THEN
    PERFORM audit_staff(p_staff_id, seen.tenant_id, 'billing.event_replayed', NULL, jsonb_build_object('event', seen.id, 'type', seen.type, 'status', seen.status), p_ip, p_request_id);
  END IF;
  RETURN seen.payload;
END $$;

REVOKE ALL ON FUNCTION note_stripe_differences(text, text, jsonb), mark_stripe_comparison(text, int, boolean), billing_accounts_after(text, int), claim_stripe_events(int),
  staff_show_billing(text, int), staff_see_billing_flag(text, text, text, text, text), staff_list_stripe_events(text, text, text, text, text, int),
  staff_show_stripe_event(text, text), staff_replay_stripe_event(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_stripe_differences(text, text, jsonb), mark_stripe_comparison(text, int, boolean), billing_accounts_after(text, int), claim_stripe_events(int),
  staff_show_billing(text, int), staff_see_billing_flag(text, text, text, text, text), staff_list_stripe_events(text, text, text, text, text, int),
  staff_show_stripe_event(text, text), staff_replay_stripe_event(text, text, text, text) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
