-- Billing overage: what lies past the quota is decided where usage is settled, under the counter's lock, and stands on the ledger
-- row that it is part of. So a later upgrade takes nothing back, and what is billed is a sum of the ledger.

-- AlterTable
-- `overage`: how much of `quantity` was past the quota while overage was in force. `overage_price`: micro-dollars a minute; null for
-- model spend, which passes at list price. The rows that are there have none: nothing was sold when they were written.
ALTER TABLE "ledger" ADD COLUMN     "overage" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "overage_price" BIGINT;
-- Not validated, so that the months that are there are not read through: their rows have the defaults.
ALTER TABLE ledger ADD CONSTRAINT ledger_overage CHECK (
  abs(overage) <= abs(quantity) AND overage * quantity >= 0 AND (overage = 0 OR billed) AND (overage_price IS NOT NULL) = (meter = 'agent_ms' AND overage <> 0)) NOT VALID;

-- AlterTable
-- `overage_units`: sum of milliseconds times micro-dollars a minute, so that prices may change within a period and nothing is rounded.
ALTER TABLE "usage_counter" ADD COLUMN     "overage_ms" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "overage_units" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "overage_micros" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "period_end" TIMESTAMPTZ(3);
ALTER TABLE usage_counter ADD CONSTRAINT usage_counter_overage CHECK (overage_ms >= 0 AND overage_units >= 0 AND overage_micros >= 0);

-- AlterTable
ALTER TABLE "meter_report" ADD COLUMN     "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "noted_at" TIMESTAMPTZ(3);
CREATE INDEX meter_report_next ON meter_report (next_attempt_at) WHERE sent_at IS NULL;
DROP INDEX meter_report_unsent;

-- AlterTable
ALTER TABLE "billing_credit" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "error" TEXT,
ADD COLUMN     "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX billing_credit_next ON billing_credit (next_attempt_at) WHERE sent_at IS NULL;
DROP INDEX billing_credit_unsent;
GRANT INSERT ON meter_report, billing_credit TO stint_system;

-- Cents of micro-dollars, half a cent up: as Stripe rounds the line of an invoice.
CREATE FUNCTION cents_of(p_micros bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (p_micros + 5000) / 10000 $$;

-- How much of `p_more` milliseconds is charged, on top of `p_used`: what is past the quota, while overage is in force, and as far as
-- the spend limit covers it. Lowering a limit or a quota while work is under way may leave a slice beyond it: that is the platform's loss.
CREATE FUNCTION overage_of_time(p_more bigint, p_used bigint, p_quota bigint, p_in_force boolean, p_price bigint, p_limit bigint, p_units bigint, p_micros bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN p_in_force THEN greatest(0, least(p_used + p_more - greatest(p_quota, p_used), ((p_limit - p_micros) * 60000 - p_units) / p_price)) ELSE 0 END;
$$;

-- The same of model spend, in micro-dollars.
CREATE FUNCTION overage_of_spend(p_more bigint, p_used bigint, p_quota bigint, p_in_force boolean, p_limit bigint, p_units bigint, p_micros bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN p_in_force THEN greatest(0, least(p_used + p_more - greatest(p_quota, p_used), p_limit - p_micros - (p_units + 59999) / 60000)) ELSE 0 END;
$$;

-- The caps at a given use. As before, and what was charged already counts at what it was charged: after an upgrade, which raises the
-- quota over it, or a change of price, the rest of the spend limit is what the bill has left of it.
CREATE FUNCTION caps_of(p_quota_ms bigint, p_quota_micros bigint, p_spend_limit_micros bigint, p_micros_per_minute bigint, p_overage boolean,
                        p_used_ms bigint, p_leased_ms bigint, p_used_micros bigint, p_leased_micros bigint, p_overage_units bigint, p_overage_micros bigint,
                        OUT cap_ms bigint, OUT cap_micros bigint)
-- Not put in place by the planner: that would cost every admit more than it takes.
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  at_ms bigint := p_used_ms + p_leased_ms;
  at_micros bigint := p_used_micros + p_leased_micros;
  -- What runs hold past the quotas may be charged yet.
  held_micros bigint;
  left_units bigint;
BEGIN
  cap_ms := p_quota_ms;
  cap_micros := p_quota_micros;
  IF NOT p_overage THEN
    RETURN;
  END IF;
  held_micros := greatest(0, at_micros - greatest(p_quota_micros, p_used_micros));
  left_units := (p_spend_limit_micros - p_overage_micros) * 60000 - p_overage_units - greatest(0, at_ms - greatest(p_quota_ms, p_used_ms)) * p_micros_per_minute;
  SELECT least(k.cap_ms, greatest(p_quota_ms, greatest(p_quota_ms, at_ms) + floor((left_units - held_micros * 60000) / p_micros_per_minute::numeric)::bigint)),
         least(k.cap_micros, greatest(p_quota_micros, greatest(p_quota_micros, at_micros) - held_micros + floor(left_units / 60000.0)::bigint))
  INTO cap_ms, cap_micros
  FROM caps_of(p_quota_ms, p_quota_micros, p_spend_limit_micros, p_micros_per_minute, p_overage, at_ms, at_micros) k;
END $$;

-- As with two arguments, and the period of a trial ends with it: its quotas hold no longer, whatever follows. That is for who reads a period's
-- end; the counter's own end moves when the anchor does.
CREATE FUNCTION period_bounds(p_anchor timestamptz, p_at timestamptz, p_trial_ends_at timestamptz) RETURNS TABLE (period_start timestamptz, period_end timestamptz)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT b.period_start, CASE WHEN p_trial_ends_at > p_at THEN least(b.period_end, p_trial_ends_at) ELSE b.period_end END FROM period_bounds(p_anchor, p_at) b;
$$;

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- Where the periods that are there end: no anchor has changed yet.
UPDATE usage_counter c SET period_end = (SELECT b.period_end FROM period_bounds((SELECT t.period_anchor_at FROM tenant t WHERE t.id = c.tenant_id), c.period_start) b);

-- A counter knows where its period ends, from the moment that it is made: anchors change, and periods that began under another
-- one end where it said.
CREATE FUNCTION bound_counter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT b.period_end INTO NEW.period_end FROM period_bounds((SELECT t.period_anchor_at FROM tenant t WHERE t.id = NEW.tenant_id), NEW.period_start) b;
  RETURN NEW;
END $$;

-- An anchor that changes ends the period under way and begins another. The counter of the new one may be there already, closed by
-- an earlier change: it goes on. Whoever changes the anchor holds the tenant FOR NO KEY UPDATE at most: a run that is written twice in
-- one transaction refers to its tenant anew, while its counter is held.
CREATE FUNCTION move_period() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  starts timestamptz;
  ends timestamptz;
BEGIN
  SELECT b.period_start, b.period_end INTO starts, ends FROM period_bounds(NEW.period_anchor_at, now()) b;
  -- Oldest first, as whoever renews a lease takes them.
  PERFORM 1 FROM usage_counter c WHERE c.tenant_id = NEW.id AND (c.period_end > now() OR c.period_start = starts) ORDER BY c.period_start FOR UPDATE;
  UPDATE usage_counter c SET period_end = greatest(now(), c.period_start + interval '1 millisecond')
  WHERE c.tenant_id = NEW.id AND c.period_end > now() AND c.period_start <> starts;
  INSERT INTO usage_counter AS c (tenant_id, period_start) VALUES (NEW.id, starts)
  ON CONFLICT (tenant_id, period_start) DO UPDATE SET period_end = ends;
  RETURN NULL;
END $$;

-- Milliseconds that a tenant may still lease. The caller holds the counter.
CREATE OR REPLACE FUNCTION free_tenant_ms(p_counter usage_counter) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.cap_ms - p_counter.used_ms - p_counter.leased_ms
  FROM effective_limit l CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
    p_counter.used_ms, p_counter.leased_ms, p_counter.used_micros, p_counter.leased_micros, p_counter.overage_units, p_counter.overage_micros) c
  WHERE l.tenant_id = p_counter.tenant_id;
$$;

-- Micro-dollars of model spend that a tenant may still lease. The caller holds the counter.
CREATE OR REPLACE FUNCTION free_tenant_micros(p_counter usage_counter) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.cap_micros - p_counter.used_micros - p_counter.leased_micros
  FROM effective_limit l CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
    p_counter.used_ms, p_counter.leased_ms, p_counter.used_micros, p_counter.leased_micros, p_counter.overage_units, p_counter.overage_micros) c
  WHERE l.tenant_id = p_counter.tenant_id;
$$;

-- As before, and what lies past the quota is charged at the price of this moment.
CREATE OR REPLACE FUNCTION settle_time(p_run run, p_worked_ms bigint, p_billed boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  worked bigint := least(greatest(p_worked_ms, 0), p_run.lease_ms);
  billed_ms bigint := CASE WHEN p_billed THEN worked ELSE 0 END;
  over bigint;
  price bigint;
  ends timestamptz;
BEGIN
  UPDATE usage_counter c SET leased_ms = c.leased_ms - p_run.lease_ms, used_ms = c.used_ms + billed_ms,
    overage_ms = c.overage_ms + overage_of_time(billed_ms, c.used_ms, l.quota_ms, l.overage_enabled, l.overage_micros_per_minute, l.spend_limit_micros, c.overage_units, c.overage_micros),
    overage_units = c.overage_units + coalesce(l.overage_micros_per_minute, 0)
      * overage_of_time(billed_ms, c.used_ms, l.quota_ms, l.overage_enabled, l.overage_micros_per_minute, l.spend_limit_micros, c.overage_units, c.overage_micros)
  FROM effective_limit l
  WHERE c.tenant_id = p_run.tenant_id AND c.period_start = p_run.lease_period_start AND l.tenant_id = p_run.tenant_id
  RETURNING new.overage_ms - old.overage_ms, l.overage_micros_per_minute, c.period_end INTO over, price, ends;
  UPDATE key_counter SET leased_ms = leased_ms - p_run.lease_ms, used_ms = used_ms + billed_ms
  WHERE tenant_id = p_run.tenant_id AND api_key_id = p_run.api_key_id AND period_start = p_run.lease_period_start;
  UPDATE run SET lease_ms = 0, executed_ms = executed_ms + billed_ms, lost_ms = lost_ms + worked - billed_ms WHERE id = p_run.id;
  IF worked > 0 THEN
    -- A lease never reaches past its period; neither may the time at which it is booked.
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, overage, overage_price, api_key_id, agent_id, run_id, occurred_at)
    VALUES (p_run.tenant_id, p_run.lease_period_start, 'agent_ms', worked, p_billed, coalesce(over, 0), CASE WHEN over > 0 THEN price END,
            p_run.api_key_id, p_run.agent_id, p_run.id, least(clock_timestamp(), ends - interval '1 millisecond'));
  END IF;
  RETURN worked;
END $$;

-- As before, and what lies past the quota is charged.
CREATE OR REPLACE FUNCTION settle_spend(p_run run, p_spent_micros bigint, p_billed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  covered bigint := least(p_spent_micros, p_run.lease_micros);
  billed_micros bigint := CASE WHEN p_billed THEN covered ELSE 0 END;
  lost_micros bigint := p_spent_micros - billed_micros;
  period timestamptz := coalesce(p_run.spend_period_start, p_run.lease_period_start);
  over bigint;
  ends timestamptz;
BEGIN
  -- A run that called no model ends without one.
  IF p_run.lease_micros = 0 AND p_run.spend_period_start IS NULL AND p_spent_micros = 0 THEN
    RETURN;
  END IF;
  UPDATE usage_counter c SET leased_micros = c.leased_micros - p_run.lease_micros, used_micros = c.used_micros + billed_micros,
    overage_micros = c.overage_micros + overage_of_spend(billed_micros, c.used_micros, l.quota_micros, l.overage_enabled, l.spend_limit_micros, c.overage_units, c.overage_micros)
  FROM effective_limit l
  WHERE c.tenant_id = p_run.tenant_id AND c.period_start = period AND l.tenant_id = p_run.tenant_id
  RETURNING new.overage_micros - old.overage_micros, c.period_end INTO over, ends;
  UPDATE run SET lease_micros = 0, spend_period_start = NULL, model_spend_micros = model_spend_micros + billed_micros WHERE id = p_run.id;
  IF billed_micros > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, overage, api_key_id, agent_id, run_id, occurred_at)
    VALUES (p_run.tenant_id, period, 'model_micros', billed_micros, coalesce(over, 0), p_run.api_key_id, p_run.agent_id, p_run.id, least(now(), ends - interval '1 millisecond'));
  END IF;
  IF lost_micros > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, api_key_id, agent_id, run_id, occurred_at)
    VALUES (p_run.tenant_id, period, 'model_micros', lost_micros, false, p_run.api_key_id, p_run.agent_id, p_run.id, least(now(), ends - interval '1 millisecond'));
  END IF;
END $$;

-- Corrects what a tenant used in a period by a ledger row with a reason; counter and rollups follow. What is added is overage as if
-- it was used now. What is taken back is overage first, at its average price: of the period's units the share that these
-- milliseconds have of its overage, rounded down to a whole unit. That price is seldom whole where the price changed within the period; then
-- there are two rows, the dearer one a micro-dollar above the other, with as many milliseconds in each as make the units exact.
-- What was reported to Stripe already is given back as a credit, in whole cents: as many as what was reported is more than what is
-- left, each rounded as the invoice is. Fails (check_violation) when less than nothing would be left. Null: no such tenant or
-- period. Returns the first row's id.
CREATE OR REPLACE FUNCTION staff_adjust_usage(p_staff_id text, p_tenant_id text, p_period_start timestamptz, p_meter text, p_quantity bigint, p_reason text, p_ip text, p_request_id text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  seen usage_counter;
  l effective_limit;
  over bigint := 0;
  units bigint := 0;
  price bigint;
  dear bigint := 0;
  reported bigint;
  credited bigint;
  total bigint;
  at timestamptz;
  row_id bigint;
BEGIN
  PERFORM require_staff(p_staff_id);
  -- The tenant before the counter: a credit refers to it.
  PERFORM 1 FROM tenant t WHERE t.id = p_tenant_id FOR KEY SHARE;
  SELECT c.* INTO seen FROM usage_counter c WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT e.* INTO l FROM effective_limit e WHERE e.tenant_id = p_tenant_id;
  IF p_meter = 'agent_ms' AND p_quantity < 0 THEN
    over := -least(-p_quantity, seen.overage_ms);
    IF over < 0 THEN
      units := -floor(seen.overage_units::numeric * -over / seen.overage_ms)::bigint;
      price := units / over;
      dear := -units - price * -over;
    END IF;
  ELSIF p_meter = 'agent_ms' THEN
    over := overage_of_time(p_quantity, seen.used_ms, l.quota_ms, l.overage_enabled, l.overage_micros_per_minute, l.spend_limit_micros, seen.overage_units, seen.overage_micros);
    price := CASE WHEN over > 0 THEN l.overage_micros_per_minute END;
    units := over * coalesce(price, 0);
  ELSIF p_meter = 'model_micros' THEN
    over := CASE WHEN p_quantity < 0 THEN -least(-p_quantity, seen.overage_micros)
                 ELSE overage_of_spend(p_quantity, seen.used_micros, l.quota_micros, l.overage_enabled, l.spend_limit_micros, seen.overage_units, seen.overage_micros) END;
  END IF;
  UPDATE usage_counter c SET
    used_ms = c.used_ms + CASE WHEN p_meter = 'agent_ms' THEN p_quantity ELSE 0 END,
    used_micros = c.used_micros + CASE WHEN p_meter = 'model_micros' THEN p_quantity ELSE 0 END,
    calls = c.calls + CASE WHEN p_meter = 'api_calls' THEN p_quantity ELSE 0 END,
    overage_ms = c.overage_ms + CASE WHEN p_meter = 'agent_ms' THEN over ELSE 0 END, overage_units = c.overage_units + units,
    overage_micros = c.overage_micros + CASE WHEN p_meter = 'model_micros' THEN over ELSE 0 END
  WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start
  RETURNING c.overage_units / 60000 + c.overage_micros INTO total;
  at := greatest(p_period_start, least(now(), seen.period_end - interval '1 millisecond'));
  INSERT INTO ledger (tenant_id, period_start, meter, quantity, overage, overage_price, adjusted_by, reason, occurred_at)
  VALUES (p_tenant_id, p_period_start, p_meter, p_quantity + dear, over + dear, price, p_staff_id, p_reason, at)
  RETURNING id INTO row_id;
  IF dear > 0 THEN
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, overage, overage_price, adjusted_by, reason, occurred_at)
    VALUES (p_tenant_id, p_period_start, p_meter, -dear, -dear, price + 1, p_staff_id, p_reason, at);
  END IF;
  SELECT coalesce(max(r.to_micros), 0) INTO reported FROM meter_report r WHERE r.tenant_id = p_tenant_id AND r.period_start = p_period_start;
  SELECT coalesce(sum(g.cents), 0) INTO credited FROM billing_credit g WHERE g.tenant_id = p_tenant_id AND g.period_start = p_period_start;
  IF cents_of(reported) - credited > cents_of(total) THEN
    INSERT INTO billing_credit (tenant_id, id, key, period_start, micros, cents, reason)
    VALUES (p_tenant_id, new_id('crd'), 'ledger:' || row_id, p_period_start, reported - credited * 10000 - total, cents_of(reported) - credited - cents_of(total), p_reason);
  END IF;
  PERFORM audit_staff(p_staff_id, p_tenant_id, 'usage.adjust', NULL,
    jsonb_build_object('period_start', p_period_start, 'meter', p_meter, 'quantity', p_quantity, 'reason', p_reason), p_ip, p_request_id);
  RETURN row_id;
END $$;

-- Periods of customers that have more overage than was reported, and no report that waits for its confirmation. `p_quiet`: how long to gather
-- while a period is under way; in its last ten minutes and after it, it is told at once. What belongs to an earlier subscription
-- is not billed on a later one; of one that ended, its last invoice may still be open. After the end of a period only whole cents
-- are told, since its invoice has rounded: see `open_meter_report`.
CREATE FUNCTION meter_due(p_most int, p_quiet interval, p_tenant_id text)
RETURNS TABLE (tenant_id text, period_start timestamptz, period_end timestamptz, customer_id text, subscription_id text, live boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.tenant_id, c.period_start, least(c.period_end, s.ended_at), a.customer_id, a.subscription_id, s.live
  FROM billing_account a
  CROSS JOIN LATERAL (SELECT a.status IN ('active', 'past_due', 'unpaid', 'trialing') AS live, CASE WHEN a.status NOT IN ('active', 'past_due', 'unpaid', 'trialing') THEN a.ended_at END AS ended_at) s
  JOIN usage_counter c ON c.tenant_id = a.tenant_id AND (c.overage_units > 0 OR c.overage_micros > 0) AND c.period_start > now() - interval '70 days' AND c.period_start >= a.anchor_at
  CROSS JOIN LATERAL (SELECT coalesce(max(r.to_micros), 0) AS top, max(r.created_at) AS last, coalesce(bool_or(r.sent_at IS NULL), false) AS waits
                      FROM meter_report r WHERE r.tenant_id = c.tenant_id AND r.period_start = c.period_start) r
  CROSS JOIN LATERAL (SELECT coalesce(sum(g.cents), 0)::bigint * 10000 AS micros FROM billing_credit g WHERE g.tenant_id = c.tenant_id AND g.period_start = c.period_start) g
  WHERE a.customer_id IS NOT NULL AND a.subscription_id IS NOT NULL AND (s.live OR s.ended_at > now() - interval '3 days') AND NOT r.waits
    AND (p_tenant_id IS NULL OR a.tenant_id = p_tenant_id)
    AND c.overage_units / 60000 + c.overage_micros + g.micros > r.top
    AND (c.period_end > now() OR cents_of(c.overage_units / 60000 + c.overage_micros + g.micros) > cents_of(r.top))
    AND (r.last IS NULL OR r.last < now() - p_quiet OR c.period_end < now() + interval '10 minutes')
  ORDER BY c.period_end, c.tenant_id LIMIT p_most;
$$;

-- Writes down the next report of a period, to be sent once this has been committed: from where the last one ended up to what the
-- counter has, what was credited added back. A period whose invoice is closed (`p_late`) is told in whole cents, so that the
-- invoice which it is on then is this period's own cents dearer. Null: there is nothing to report, or one waits already.
CREATE FUNCTION open_meter_report(p_tenant_id text, p_period_start timestamptz, p_event_at timestamptz, p_late boolean, p_customer_id text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  reported bigint;
  total bigint;
  waits boolean;
  report_id text := new_id('mtr');
BEGIN
  IF p_tenant_id IS DISTINCT FROM NULLIF(current_setting('stint.tenant_id', true), '') THEN
    RAISE EXCEPTION 'a report is of the tenant of the transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The tenant before the counter: a report refers to it. The counter is held against corrections, which look at what was reported.
  PERFORM 1 FROM tenant t JOIN billing_account a ON a.tenant_id = t.id AND a.customer_id = p_customer_id WHERE t.id = p_tenant_id FOR KEY SHARE OF t;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT c.overage_units / 60000 + c.overage_micros INTO total FROM usage_counter c WHERE c.tenant_id = p_tenant_id AND c.period_start = p_period_start FOR UPDATE;
  SELECT coalesce(max(r.to_micros), 0), coalesce(bool_or(r.sent_at IS NULL), false) INTO reported, waits
  FROM meter_report r WHERE r.tenant_id = p_tenant_id AND r.period_start = p_period_start;
  total := total + 10000 * (SELECT coalesce(sum(g.cents), 0) FROM billing_credit g WHERE g.tenant_id = p_tenant_id AND g.period_start = p_period_start);
  IF p_late THEN
    total := reported + (cents_of(total) - cents_of(reported)) * 10000;
  END IF;
  IF waits OR total IS NULL OR total <= reported THEN
    RETURN NULL;
  END IF;
  INSERT INTO meter_report (tenant_id, id, period_start, from_micros, to_micros, customer_id, event_at, late)
  VALUES (p_tenant_id, report_id, p_period_start, reported, total, p_customer_id, p_event_at, p_late);
  RETURN report_id;
END $$;

-- Reports whose turn has come, for one worker: no other gets them for as long as Stripe may take, longer after each try.
-- Times are kept rounded to a millisecond: what is due now may stand a little later. `period_end`
-- is that of the period whose invoice they are to be on: their own, or for late ones the one of their time.
CREATE FUNCTION take_meter_reports(p_most int, p_tenant_id text)
RETURNS TABLE (tenant_id text, id text, period_start timestamptz, period_end timestamptz, from_micros bigint, to_micros bigint, customer_id text, subscription_id text, event_at timestamptz, late boolean,
               created_at timestamptz, attempts int, live boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH taken AS (
    UPDATE meter_report r SET attempts = r.attempts + 1, next_attempt_at = now() + least(interval '1 hour', interval '90 seconds' * 2 ^ least(r.attempts, 10))
    WHERE (r.tenant_id, r.id) IN (
      SELECT w.tenant_id, w.id FROM meter_report w
      WHERE w.sent_at IS NULL AND w.next_attempt_at <= now() + interval '1 millisecond' AND (p_tenant_id IS NULL OR w.tenant_id = p_tenant_id)
      ORDER BY w.next_attempt_at LIMIT p_most FOR UPDATE SKIP LOCKED)
    RETURNING r.*
  )
  SELECT t.tenant_id, t.id, t.period_start, least(CASE WHEN NOT t.late THEN c.period_end WHEN t.event_at < a.period_start THEN a.period_start WHEN t.event_at < a.period_end THEN a.period_end ELSE a.period_end + interval '1 month' END, CASE WHEN NOT s.live THEN a.ended_at END),
         t.from_micros, t.to_micros, t.customer_id, a.subscription_id, t.event_at, t.late,
         t.created_at, t.attempts, coalesce(s.live, false)
  FROM taken t
  LEFT JOIN usage_counter c ON c.tenant_id = t.tenant_id AND c.period_start = t.period_start
  LEFT JOIN billing_account a ON a.tenant_id = t.tenant_id
  CROSS JOIN LATERAL (SELECT a.status IN ('active', 'past_due', 'unpaid', 'trialing') AS live) s;
$$;

-- Credits whose turn has come, in the same way.
CREATE FUNCTION take_billing_credits(p_most int)
RETURNS TABLE (tenant_id text, id text, cents int, reason text, period_start timestamptz, customer_id text, created_at timestamptz, attempts int)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE billing_credit r SET attempts = r.attempts + 1, next_attempt_at = now() + least(interval '1 hour', interval '90 seconds' * 2 ^ least(r.attempts, 10))
  FROM billing_account a
  WHERE a.tenant_id = r.tenant_id AND (r.tenant_id, r.id) IN (
    SELECT w.tenant_id, w.id FROM billing_credit w JOIN billing_account b ON b.tenant_id = w.tenant_id AND b.customer_id IS NOT NULL
    WHERE w.sent_at IS NULL AND w.cents > 0 AND w.next_attempt_at <= now() + interval '1 millisecond'
    ORDER BY w.next_attempt_at LIMIT p_most FOR UPDATE OF w SKIP LOCKED)
  RETURNING r.tenant_id, r.id, r.cents, r.reason, r.period_start, a.customer_id, r.created_at, r.attempts;
$$;

-- As before, and the cap says what the bill has left of the spend limit.
CREATE OR REPLACE FUNCTION check_thresholds(p_tenant_ids text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  least_slice_ms CONSTANT bigint := 500;
  crossed bigint;
BEGIN
  WITH subject AS (
    SELECT t.id AS tenant_id, '' AS api_key_id, b.period_start, m.meter, m.used, m.quota, m.cap, m.slack
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    JOIN effective_limit l ON l.tenant_id = t.id
    CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
      c.used_ms, 0, c.used_micros, 0, c.overage_units, c.overage_micros) k
    CROSS JOIN LATERAL (VALUES ('agent_ms', c.used_ms, l.quota_ms, k.cap_ms, least_slice_ms), ('model_micros', c.used_micros, l.quota_micros, k.cap_micros, 0),
                               ('api_calls', c.calls, l.cap_calls, l.cap_calls, 0)) AS m (meter, used, quota, cap, slack)
    WHERE t.id = ANY (p_tenant_ids)
    UNION ALL
    SELECT k.tenant_id, k.id, c.period_start, 'agent_ms', c.used_ms, k.monthly_cap_ms, k.monthly_cap_ms, least_slice_ms
    FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
    JOIN key_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    JOIN api_key k ON k.tenant_id = c.tenant_id AND k.id = c.api_key_id AND k.monthly_cap_ms IS NOT NULL
    WHERE t.id = ANY (p_tenant_ids)
  ), reached AS (
    SELECT s.*, h.percent FROM subject s CROSS JOIN LATERAL (
      SELECT d.percent FROM (VALUES (80), (100), (200)) AS d (percent)
      UNION SELECT r.percent FROM alert_rule r WHERE r.tenant_id = s.tenant_id AND r.api_key_id = s.api_key_id AND r.meter = s.meter) h
    WHERE s.quota > 0 AND s.used + CASE WHEN h.percent IN (100, 200) THEN least(s.slack, s.quota - 1) ELSE 0 END >= s.quota * h.percent / 100.0
  ), recorded AS (
    INSERT INTO usage_alert (id, tenant_id, kind, api_key_id, meter, period_start, percent, used, quota, cap)
    SELECT new_id('alr'), r.tenant_id, 'threshold', r.api_key_id, r.meter, r.period_start, r.percent, r.used, r.quota, r.cap FROM reached r
    WHERE NOT EXISTS (SELECT 1 FROM usage_alert a WHERE a.tenant_id = r.tenant_id AND a.period_start = r.period_start AND a.kind = 'threshold'
                        AND a.api_key_id = r.api_key_id AND a.meter = r.meter AND a.percent = r.percent)
    ORDER BY r.tenant_id, r.api_key_id, r.meter, r.percent
    ON CONFLICT DO NOTHING RETURNING 1
  ), paused AS (
    UPDATE tenant t SET paused_at = now(), pause_reason = 'twice_quota'
    WHERE t.paused_at IS NULL AND EXISTS (SELECT 1 FROM reached r WHERE r.tenant_id = t.id AND r.api_key_id = '' AND r.meter = 'agent_ms' AND r.percent = 200
                                            AND r.period_start IS DISTINCT FROM t.pause_waived_for)
  )
  SELECT count(*) INTO crossed FROM recorded;
  RETURN crossed;
END $$;

-- As before, and whether the member has no seat in the plan any more. The cap says what the bill has left of the spend limit, and a
-- trial's period ends with it.
DROP FUNCTION admit_member(text, text);
CREATE FUNCTION admit_member(p_tenant_id text, p_user_id text)
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean, read_only boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 1, 0, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, NULL, NULL, m.user_id, m.role, NULL::text[], b.period_start, b.period_end,
         coalesce(u.used_ms, 0), coalesce(u.leased_ms, 0), coalesce(u.used_micros, 0), coalesce(u.leased_micros, 0), coalesce(u.calls, 0),
         c.cap_ms, c.cap_micros, l.cap_calls, l.requests_per_minute, l.concurrent_runs, l.queue_depth, l.longest_run_ms, l.agents,
         true, NULL::int, false, t.delete_after, l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
         past_seats(l.members, t.id, m.user_id)
  FROM tenant t
  JOIN member m ON m.tenant_id = t.id AND m.user_id = p_user_id
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
  -- A period that nothing was counted in has no counter yet.
  LEFT JOIN usage_counter u ON u.tenant_id = t.id AND u.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(u.used_ms, 0), coalesce(u.leased_ms, 0), coalesce(u.used_micros, 0), coalesce(u.leased_micros, 0), coalesce(u.overage_units, 0), coalesce(u.overage_micros, 0)) c
  WHERE t.id = p_tenant_id;
$$;

-- As before, and the cap says what the bill has left of the spend limit.
CREATE OR REPLACE FUNCTION staff_list_tenants(p_staff_id text, p_before text, p_most int)
RETURNS TABLE (tenant_id text, slug text, name text, plan_id text, paused_at timestamptz, created_at timestamptz, members bigint,
               used_ms bigint, used_micros bigint, calls bigint, cap_ms bigint, cap_micros bigint, cap_calls bigint, last_activity_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM user_account u WHERE u.id = p_staff_id AND u.is_staff) THEN
    RAISE EXCEPTION 'staff only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
  SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.created_at,
         (SELECT count(*) FROM member m WHERE m.tenant_id = t.id),
         coalesce(c.used_ms, 0), coalesce(c.used_micros, 0), coalesce(c.calls, 0), k.cap_ms, k.cap_micros, l.cap_calls,
         (SELECT max(h.hour) FROM usage_hourly h WHERE h.tenant_id = t.id)
  FROM tenant t
  JOIN effective_limit l ON l.tenant_id = t.id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
  CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                             coalesce(c.used_ms, 0), coalesce(c.leased_ms, 0), coalesce(c.used_micros, 0), coalesce(c.leased_micros, 0), coalesce(c.overage_units, 0), coalesce(c.overage_micros, 0)) k
  WHERE p_before IS NULL OR t.id < p_before
  ORDER BY t.id DESC
  LIMIT p_most;
END $$;

-- As before; and periods end where their counters say, a trial's with the trial.
CREATE OR REPLACE FUNCTION staff_show_tenant(p_staff_id text, p_slug text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN (
    SELECT jsonb_build_object(
      'id', t.id, 'slug', t.slug, 'name', t.name, 'plan_id', t.plan_id, 'created_at', t.created_at, 'paused_at', t.paused_at, 'pause_reason', t.pause_reason, 'delete_after', t.delete_after,
      'period_start', b.period_start, 'period_end', b.period_end, 'members', (SELECT count(*) FROM member m WHERE m.tenant_id = t.id),
      'limits', to_jsonb(l) - 'tenant_id', 'plan', to_jsonb(p) - 'id', 'caps', jsonb_build_object('agent_ms', k.cap_ms, 'model_micros', k.cap_micros, 'api_calls', l.cap_calls),
      'override', (SELECT to_jsonb(o) - 'tenant_id' || jsonb_build_object('set_by_name', (SELECT u.name FROM user_account u WHERE u.id = o.set_by), 'expired', coalesce(o.expires_at <= now(), false))
                   FROM tenant_override o WHERE o.tenant_id = t.id),
      'periods', (SELECT coalesce(jsonb_agg(jsonb_build_object('start', q.period_start, 'end', q.ends, 'agent_ms', q.used_ms, 'model_micros', q.used_micros, 'api_calls', q.calls) ORDER BY q.period_start DESC), '[]')
                  FROM (SELECT u.*, u.period_end AS ends FROM usage_counter u
                        WHERE u.tenant_id = t.id AND u.period_start >= raw_usage_since() ORDER BY u.period_start DESC LIMIT 3) q),
      'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'key', a.key_name, 'meter', a.meter, 'percent', a.percent, 'used', a.used, 'quota', a.quota,
                          'crossed_at', a.crossed_at, 'notified_at', a.notified_at) ORDER BY a.id DESC), '[]')
                 FROM (SELECT x.*, n.name AS key_name FROM usage_alert x LEFT JOIN api_key n ON n.tenant_id = x.tenant_id AND n.id = x.api_key_id
                       WHERE x.tenant_id = t.id ORDER BY x.id DESC LIMIT 10) a))
    FROM tenant t JOIN plan p ON p.id = t.plan_id JOIN effective_limit l ON l.tenant_id = t.id CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
    LEFT JOIN usage_counter c ON c.tenant_id = t.id AND c.period_start = b.period_start
    CROSS JOIN LATERAL caps_of(l.quota_ms, l.quota_micros, l.spend_limit_micros, l.overage_micros_per_minute, l.overage_enabled,
                               coalesce(c.used_ms, 0), coalesce(c.leased_ms, 0), coalesce(c.used_micros, 0), coalesce(c.leased_micros, 0), coalesce(c.overage_units, 0), coalesce(c.overage_micros, 0)) k
    WHERE t.slug = p_slug);
END $$;

-- As before, and: what was charged beside the ledger, and what was reported to Stripe beside what was charged.
CREATE OR REPLACE FUNCTION reconcile_tenant(p_tenant_id text)
RETURNS TABLE (check_name text, period_start timestamptz, subject text, expected bigint, found bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  since timestamptz;
  first_run text;
  mark xid8 := (SELECT p.watermark FROM projection p WHERE p.name = 'usage_hourly');
  stray oid := to_regclass('ledger_other');
  ended text[] := ARRAY['succeeded', 'failed', 'canceled', 'timed_out', 'stopped'];
  anchor timestamptz;
  this_period timestamptz;
  changed timestamptz;
BEGIN
  SELECT t.period_anchor_at, b.period_start INTO anchor, this_period FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE t.id = p_tenant_id AND (t.delete_after IS NULL OR t.delete_after > now());
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Whoever has looked into the ledger keeps its partitions from being dropped until the end: what is there now stays.
  PERFORM 1 FROM ledger l WHERE l.tenant_id = p_tenant_id LIMIT 1;
  since := raw_usage_since();
  first_run := id_floor('run', since);
  -- What was changed last about the tenant. Limits take hold of what happens after a change.
  SELECT greatest((SELECT a.created_at FROM audit_log a WHERE a.tenant_id = p_tenant_id ORDER BY a.id DESC LIMIT 1),
                  (SELECT max(greatest(o.updated_at, CASE WHEN o.expires_at <= now() THEN o.expires_at END)) FROM tenant_override o WHERE o.tenant_id = p_tenant_id)) INTO changed;

  -- Ledger beside counters, keys' counters, hours and thresholds, in one pass over the raw rows.
  RETURN QUERY
  WITH booked AS MATERIALIZED (
    SELECT l.period_start, date_trunc('hour', l.occurred_at, 'UTC') AS hour, l.meter, coalesce(l.agent_id, '') AS agent_id, coalesce(l.api_key_id, '') AS api_key_id,
           l.billed, l.xid < mark AS projected, l.tableoid = stray AS strayed, sum(l.quantity)::bigint AS quantity, sum(l.overage)::bigint AS overage, sum(l.overage * l.overage_price)::bigint AS units, count(*) AS rows, max(l.occurred_at) AS newest
    FROM ledger l WHERE l.tenant_id = p_tenant_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ), counted AS (
    SELECT 'counter' AS check_name, coalesce(b.period_start, c.period_start) AS period_start, coalesce(b.meter, c.meter) AS subject, coalesce(b.quantity, 0) AS expected, coalesce(c.used, 0) AS found
    FROM (SELECT k.period_start, k.meter, sum(k.quantity)::bigint AS quantity FROM booked k
          WHERE k.billed AND k.meter IN ('agent_ms', 'model_micros', 'api_calls') AND k.period_start >= since GROUP BY 1, 2) b
    FULL JOIN (SELECT u.period_start, m.meter, m.used FROM usage_counter u
               CROSS JOIN LATERAL (VALUES ('agent_ms', u.used_ms), ('model_micros', u.used_micros), ('api_calls', u.calls)) AS m (meter, used)
               WHERE u.tenant_id = p_tenant_id AND u.period_start >= since) c ON c.period_start = b.period_start AND c.meter = b.meter
  ), charged AS (
    SELECT 'overage', coalesce(b.period_start, c.period_start), coalesce(b.meter, c.meter), coalesce(b.quantity, 0), coalesce(c.overage, 0)
    FROM (SELECT k.period_start, v.meter, sum(v.quantity)::bigint AS quantity FROM booked k
          CROSS JOIN LATERAL (VALUES (k.meter, k.overage), (CASE WHEN k.meter = 'agent_ms' THEN 'agent_ms at its price' END, k.units)) AS v (meter, quantity)
          WHERE k.period_start >= since AND v.meter IS NOT NULL AND v.quantity <> 0 GROUP BY 1, 2) b
    FULL JOIN (SELECT u.period_start, m.meter, m.overage FROM usage_counter u
               CROSS JOIN LATERAL (VALUES ('agent_ms', u.overage_ms), ('agent_ms at its price', u.overage_units), ('model_micros', u.overage_micros)) AS m (meter, overage)
               WHERE u.tenant_id = p_tenant_id AND u.period_start >= since) c ON c.period_start = b.period_start AND c.meter = b.meter
  ), counted_keys AS (
    SELECT 'key_counter', coalesce(b.period_start, c.period_start), coalesce(b.api_key_id, c.api_key_id), coalesce(b.quantity, 0), coalesce(c.used_ms, 0)
    FROM (SELECT k.period_start, k.api_key_id, sum(k.quantity)::bigint AS quantity FROM booked k
          WHERE k.billed AND k.meter = 'agent_ms' AND k.api_key_id <> '' AND k.period_start >= since GROUP BY 1, 2) b
    FULL JOIN (SELECT u.period_start, u.api_key_id, u.used_ms FROM key_counter u WHERE u.tenant_id = p_tenant_id AND u.period_start >= since) c
      ON c.period_start = b.period_start AND c.api_key_id = b.api_key_id
  ), hours AS (
    SELECT 'hour', period_bounds.period_start, concat_ws(' ', to_char(s.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24"Z"'), s.meter, nullif(s.agent_id, ''), nullif(s.api_key_id, ''), CASE WHEN NOT s.billed THEN 'lost' END), s.booked, s.summed
    FROM (SELECT coalesce(b.hour, h.hour) AS hour, coalesce(b.meter, h.meter) AS meter, coalesce(b.agent_id, h.agent_id) AS agent_id, coalesce(b.api_key_id, h.api_key_id) AS api_key_id,
                 coalesce(b.billed, h.billed) AS billed, coalesce(b.quantity, 0) AS booked, coalesce(h.quantity, 0) AS summed
          FROM (SELECT k.hour, k.meter, k.agent_id, k.api_key_id, k.billed, sum(k.quantity)::bigint AS quantity FROM booked k WHERE k.projected AND k.hour >= since GROUP BY 1, 2, 3, 4, 5) b
          FULL JOIN (SELECT u.* FROM usage_hourly u WHERE u.tenant_id = p_tenant_id AND u.hour >= since) h
            ON h.hour = b.hour AND h.meter = b.meter AND h.agent_id = b.agent_id AND h.api_key_id = b.api_key_id AND h.billed = b.billed) s
    CROSS JOIN LATERAL period_bounds(anchor, s.hour)
  ), subject AS (
    -- What the projection has seen in this period. It looks for thresholds each time it sees something new.
    SELECT '' AS api_key_id, m.meter, m.quota, least(m.used, (SELECT sum(k.quantity) FROM booked k WHERE k.projected AND k.billed AND k.meter = m.meter AND k.period_start = this_period)) AS used
    FROM effective_limit l JOIN usage_counter c ON c.tenant_id = l.tenant_id AND c.period_start = this_period
    CROSS JOIN LATERAL (VALUES ('agent_ms', l.quota_ms, c.used_ms), ('model_micros', l.quota_micros, c.used_micros), ('api_calls', l.cap_calls, c.calls)) AS m (meter, quota, used)
    WHERE l.tenant_id = p_tenant_id
    UNION ALL
    SELECT a.id, 'agent_ms', a.monthly_cap_ms, least(c.used_ms, (SELECT sum(k.quantity) FROM booked k WHERE k.projected AND k.billed AND k.meter = 'agent_ms' AND k.period_start = this_period AND k.api_key_id = a.id))
    FROM api_key a JOIN key_counter c ON c.tenant_id = a.tenant_id AND c.api_key_id = a.id AND c.period_start = this_period
    WHERE a.tenant_id = p_tenant_id AND a.monthly_cap_ms IS NOT NULL
  ), thresholds AS (
    SELECT 'alert_missing', this_period, concat_ws(' ', s.meter, h.percent || '%', nullif(s.api_key_id, '')), 1::bigint, 0::bigint
    FROM subject s CROSS JOIN LATERAL (
      SELECT d.percent, changed AS since FROM (VALUES (80), (100), (200)) AS d (percent)
      UNION SELECT r.percent, greatest(changed, r.created_at) FROM alert_rule r WHERE r.tenant_id = p_tenant_id AND r.api_key_id = s.api_key_id AND r.meter = s.meter) h
    WHERE s.quota > 0 AND s.used >= s.quota * h.percent / 100.0
      -- Something used well after the last change has been projected: so these limits were looked at.
      AND (h.since IS NULL OR h.since + interval '5 seconds' < (SELECT max(k.newest) FROM booked k WHERE k.projected AND k.period_start = this_period))
      AND NOT EXISTS (SELECT 1 FROM usage_alert a WHERE a.tenant_id = p_tenant_id AND a.period_start = this_period AND a.kind = 'threshold'
                        AND a.api_key_id = s.api_key_id AND a.meter = s.meter AND a.percent = h.percent)
  ), strays AS (
    SELECT 'ledger_other', k.period_start, 'rows', 0::bigint, sum(k.rows)::bigint FROM booked k WHERE k.strayed GROUP BY k.period_start
  )
  SELECT d.* FROM (SELECT * FROM counted UNION ALL SELECT * FROM charged UNION ALL SELECT * FROM counted_keys UNION ALL SELECT * FROM hours) d WHERE d.expected <> d.found
  UNION ALL SELECT * FROM thresholds
  UNION ALL SELECT * FROM strays;

  -- Hours beside days, as far back as both are kept whole.
  RETURN QUERY
  SELECT 'day', b.period_start, concat_ws(' ', s.day, s.meter, nullif(s.agent_id, ''), nullif(s.api_key_id, ''), CASE WHEN NOT s.billed THEN 'lost' END), s.hours, s.summed
  FROM (SELECT coalesce(h.day, d.day) AS day, coalesce(h.meter, d.meter) AS meter, coalesce(h.agent_id, d.agent_id) AS agent_id, coalesce(h.api_key_id, d.api_key_id) AS api_key_id,
               coalesce(h.billed, d.billed) AS billed, coalesce(h.quantity, 0) AS hours, coalesce(d.quantity, 0) AS summed
        FROM (SELECT (u.hour AT TIME ZONE 'UTC')::date AS day, u.meter, u.agent_id, u.api_key_id, u.billed, sum(u.quantity)::bigint AS quantity FROM usage_hourly u
              WHERE u.tenant_id = p_tenant_id AND u.hour >= date_trunc('day', now(), 'UTC') - interval '2 years' + interval '2 days' GROUP BY 1, 2, 3, 4, 5) h
        FULL JOIN (SELECT u.* FROM usage_daily u WHERE u.tenant_id = p_tenant_id
                   AND u.day >= ((date_trunc('day', now(), 'UTC') - interval '2 years' + interval '2 days') AT TIME ZONE 'UTC')::date) d
          ON d.day = h.day AND d.meter = h.meter AND d.agent_id = h.agent_id AND d.api_key_id = h.api_key_id AND d.billed = h.billed) s
  CROSS JOIN LATERAL period_bounds(anchor, s.day::timestamp AT TIME ZONE 'UTC') b
  WHERE s.hours <> s.summed;

  -- Each run beside what the ledger has of it.
  RETURN QUERY
  SELECT 'run', period_bounds.period_start, concat_ws(' ', m.run_id, m.field), m.expected, m.found
  FROM (SELECT l.run_id, sum(l.quantity) FILTER (WHERE l.meter = 'agent_ms' AND l.billed) AS executed, sum(l.quantity) FILTER (WHERE l.meter = 'agent_ms' AND NOT l.billed) AS lost,
               sum(l.quantity) FILTER (WHERE l.meter = 'model_micros' AND l.billed) AS spend, sum(l.quantity) FILTER (WHERE l.meter = 'input_tokens') AS input,
               sum(l.quantity) FILTER (WHERE l.meter = 'output_tokens') AS output, min(l.occurred_at) AS occurred_at
        FROM ledger l WHERE l.tenant_id = p_tenant_id AND l.run_id >= first_run GROUP BY l.run_id) b
  FULL JOIN (SELECT r.* FROM run r WHERE r.tenant_id = p_tenant_id AND r.id >= first_run) r ON r.id = b.run_id
  CROSS JOIN LATERAL (
    SELECT coalesce(r.id, b.run_id) AS run_id, v.field, coalesce(v.booked, 0)::bigint AS expected, coalesce(v.kept, 0)::bigint AS found
    FROM (VALUES ('executed_ms', b.executed, r.executed_ms), ('lost_ms', b.lost, r.lost_ms), ('model_spend_micros', b.spend, r.model_spend_micros),
                 ('input_tokens', b.input, r.input_tokens::bigint), ('output_tokens', b.output, r.output_tokens::bigint)) AS v (field, booked, kept)) m
  CROSS JOIN LATERAL period_bounds(anchor, coalesce(b.occurred_at, r.created_at))
  WHERE m.expected <> m.found;

  -- Runs by themselves. Events are looked at for three days after the end: a sweep a day sees each end more than once.
  RETURN QUERY
  SELECT c.check_name, period_bounds.period_start, r.id, c.expected, c.found
  FROM run r CROSS JOIN LATERAL (
    SELECT 'lease_of_ended_run', 0::bigint, r.lease_ms + r.lease_micros WHERE r.status <> 'running' AND (r.lease_ms <> 0 OR r.lease_micros <> 0)
    UNION ALL SELECT 'finished_at', (r.status = ANY (ended))::int::bigint, (r.finished_at IS NOT NULL)::int::bigint WHERE (r.status = ANY (ended)) <> (r.finished_at IS NOT NULL)
    UNION ALL
    SELECT 'end_event', 1::bigint, CASE WHEN e.own = 0 THEN 0 ELSE e.ends END
    FROM (SELECT count(*) AS ends, count(*) FILTER (WHERE v.type = 'run.' || r.status) AS own FROM run_event v
          WHERE v.tenant_id = r.tenant_id AND v.run_id = r.id AND v.type IN ('run.succeeded', 'run.failed', 'run.canceled', 'run.timed_out', 'run.stopped')) e
    WHERE r.finished_at > now() - interval '3 days' AND r.content_deleted_at IS NULL AND (e.ends <> 1 OR e.own <> 1)
  ) AS c (check_name, expected, found)
  CROSS JOIN LATERAL period_bounds(anchor, r.created_at)
  WHERE r.tenant_id = p_tenant_id AND r.id >= first_run;

  -- What runs hold beside what the counters say is out.
  RETURN QUERY
  SELECT s.check_name, s.period_start, s.subject, s.expected, s.found FROM (
    SELECT 'lease' AS check_name, coalesce(h.period_start, c.period_start) AS period_start, coalesce(h.meter, c.meter) AS subject, coalesce(h.held, 0) AS expected, coalesce(c.leased, 0) AS found
    FROM (SELECT v.period_start, v.meter, sum(v.held)::bigint AS held FROM run r
          CROSS JOIN LATERAL (VALUES (r.lease_period_start, 'agent_ms', r.lease_ms), (coalesce(r.spend_period_start, r.lease_period_start), 'model_micros', r.lease_micros)) AS v (period_start, meter, held)
          WHERE r.tenant_id = p_tenant_id AND r.id >= first_run AND v.held <> 0 GROUP BY 1, 2) h
    FULL JOIN (SELECT u.period_start, m.meter, m.leased FROM usage_counter u CROSS JOIN LATERAL (VALUES ('agent_ms', u.leased_ms), ('model_micros', u.leased_micros)) AS m (meter, leased)
               WHERE u.tenant_id = p_tenant_id) c ON c.period_start = h.period_start AND c.meter = h.meter
    UNION ALL
    SELECT 'key_lease', coalesce(h.period_start, c.period_start), coalesce(h.api_key_id, c.api_key_id), coalesce(h.held, 0), coalesce(c.leased_ms, 0)
    FROM (SELECT r.lease_period_start AS period_start, r.api_key_id, sum(r.lease_ms)::bigint AS held FROM run r
          WHERE r.tenant_id = p_tenant_id AND r.id >= first_run AND r.lease_ms <> 0 AND r.api_key_id IS NOT NULL GROUP BY 1, 2) h
    FULL JOIN (SELECT u.period_start, u.api_key_id, u.leased_ms FROM key_counter u WHERE u.tenant_id = p_tenant_id) c ON c.period_start = h.period_start AND c.api_key_id = h.api_key_id) s
  WHERE s.expected <> s.found;

  -- More runs at once than the limit allows. After a limit was lowered the runs that were under way may end first.
  RETURN QUERY
  SELECT 'concurrency', this_period, 'running runs', l.concurrent_runs::bigint, c.running
  FROM effective_limit l CROSS JOIN LATERAL (
    SELECT count(*) AS running, max(r.max_ms) AS longest FROM run r WHERE r.tenant_id = p_tenant_id AND r.status = 'running') c
  WHERE l.tenant_id = p_tenant_id AND c.running > l.concurrent_runs
    AND (changed IS NULL OR changed < now() - interval '1 hour' - make_interval(secs => 2 * c.longest / 1000.0) OR NOT EXISTS (
      SELECT 1 FROM audit_log a WHERE a.tenant_id = p_tenant_id AND a.target_type = 'tenant'
        AND a.id >= id_floor('aud', now() - interval '1 hour' - make_interval(secs => 2 * c.longest / 1000.0))));

  -- What was reported to Stripe beside what there was to report: without a gap, and never more of it than was charged or given back.
  RETURN QUERY
  SELECT c.check_name, m.period_start, 'micros', c.expected, c.found
  FROM (SELECT coalesce(r.period_start, u.period_start) AS period_start, coalesce(r.top, 0) AS top, coalesce(r.summed, 0) AS summed, coalesce(r.confirmed, 0) AS confirmed,
               coalesce(u.overage_units / 60000 + u.overage_micros, 0) AS total, u.period_end AS ended,
               10000 * coalesce((SELECT sum(g.cents) FROM billing_credit g WHERE g.tenant_id = p_tenant_id AND g.period_start = coalesce(r.period_start, u.period_start)), 0)::bigint AS credited
        FROM (SELECT x.period_start, max(x.to_micros) AS top, sum(x.to_micros - x.from_micros)::bigint AS summed, coalesce(max(x.to_micros) FILTER (WHERE x.sent_at IS NOT NULL), 0) AS confirmed
              FROM meter_report x WHERE x.tenant_id = p_tenant_id GROUP BY 1) r
        FULL JOIN (SELECT k.* FROM usage_counter k WHERE k.tenant_id = p_tenant_id AND (k.overage_units > 0 OR k.overage_micros > 0)) u ON u.period_start = r.period_start) m
  CROSS JOIN LATERAL (
    SELECT 'report_gap' AS check_name, m.top AS expected, m.summed AS found WHERE m.top <> m.summed
    UNION ALL
    SELECT 'report_beyond', m.total + m.credited, m.top WHERE cents_of(m.top) > cents_of(m.total + m.credited)
    UNION ALL
    -- A subscription that ended before its last overage was reported, or a period that Stripe was never told of.
    SELECT 'overage_unbilled', m.total + m.credited, m.confirmed
    WHERE cents_of(m.total + m.credited) > cents_of(m.confirmed) AND m.ended < now() - interval '1 day'
      AND EXISTS (SELECT 1 FROM billing_account a WHERE a.tenant_id = p_tenant_id AND a.customer_id IS NOT NULL)) c;

  -- The index makes it impossible; that it is there is part of the proof.
  RETURN QUERY
  SELECT 'alert_repeated', a.period_start, concat_ws(' ', a.kind, a.meter, a.percent || '%', nullif(a.api_key_id, '')), 1::bigint, count(*)
  FROM usage_alert a WHERE a.tenant_id = p_tenant_id GROUP BY a.period_start, a.kind, a.meter, a.percent, a.api_key_id HAVING count(*) > 1;
END $$;

-- As before, and whether a member has no seat in the plan any more and may only look. The caps say what the bill has left of the spend limit,
-- and a trial's period ends with it.
DROP FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]);
CREATE FUNCTION admit(p_hashes text[], p_user_ids text[], p_session_versions int[], p_slugs text[], p_asked int[], p_addresses text[], p_session_ids text[])
RETURNS TABLE (
  ord int, granted int, tenant_id text, tenant_slug text, tenant_name text, plan_id text,
  paused_at timestamptz, pause_reason text, api_key_id text, api_key_name text, user_id text, role text, scopes text[],
  period_start timestamptz, period_end timestamptz,
  used_ms bigint, leased_ms bigint, used_micros bigint, leased_micros bigint, calls bigint,
  cap_ms bigint, cap_micros bigint, cap_calls bigint,
  requests_per_minute int, concurrent_runs int, queue_depth int, longest_run_ms bigint, agents int,
  address_allowed boolean, key_requests_per_minute int, two_factor_missing boolean, delete_after timestamptz,
  quota_ms bigint, quota_micros bigint, spend_limit_micros bigint, overage_micros_per_minute bigint, overage_enabled boolean, read_only boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Planned once a connection. The statement finds every row by a key, so one plan is as good for one request as for five hundred; planned
-- anew for each batch, as PostgreSQL does by itself because it thinks a plan for one cheaper, the planning took four fifths of the time.
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  -- The first request of a period makes its counter. What is already there is not written to.
  INSERT INTO usage_counter (tenant_id, period_start)
  SELECT DISTINCT t.id, b.period_start
  FROM (
    SELECT k.tenant_id FROM unnest(p_hashes) h JOIN api_key k ON k.hash = decode(h, 'hex')
    UNION ALL
    SELECT k.tenant_id FROM unnest(p_hashes) h JOIN api_key k ON k.previous_hash = decode(h, 'hex')
    UNION ALL
    SELECT s.id FROM unnest(p_slugs) l JOIN tenant s ON s.slug = l) a
  JOIN tenant t ON t.id = a.tenant_id
  CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now()) b
  WHERE NOT EXISTS (SELECT 1 FROM usage_counter c WHERE c.tenant_id = t.id AND c.period_start = b.period_start)
  ORDER BY 1
  ON CONFLICT DO NOTHING;

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.ord::int, decode(a.hash, 'hex') AS hash, a.user_id, a.session_version, a.slug, a.asked, a.address::inet AS address, a.session_id
    FROM unnest(p_hashes, p_user_ids, p_session_versions, p_slugs, p_asked, p_addresses, p_session_ids)
         WITH ORDINALITY AS a(hash, user_id, session_version, slug, asked, address, session_id, ord)
  ), key AS (
    -- By its newest secret, or by the one before until the grace of the rotation ends: as `key_of_secret`, for many at once.
    SELECT a.ord, a.asked, a.address, k.* FROM asked a JOIN api_key k ON k.hash = a.hash
    UNION ALL
    SELECT a.ord, a.asked, a.address, k.* FROM asked a JOIN api_key k ON k.previous_hash = a.hash AND k.previous_expires_at > now()
  ), principal AS MATERIALIZED (
    SELECT k.ord, CASE WHEN g.address_allowed THEN k.asked ELSE 0 END AS asked, k.tenant_id, k.id AS api_key_id, k.name AS api_key_name,
           k.created_by AS user_id, m.role, k.scopes, g.address_allowed, k.requests_per_minute AS key_requests_per_minute, false AS two_factor_missing,
           k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS touch
    FROM key k
    -- A call from an address that the key does not allow is not counted: whoever stole a key could use up the quota.
    CROSS JOIN LATERAL (SELECT cardinality(k.allowed_cidrs) = 0 OR coalesce(k.address <<= ANY (k.allowed_cidrs), false) AS address_allowed) g
    LEFT JOIN member m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
    WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    UNION ALL
    -- A member who lacks the second factor that the tenant asks for may do nothing, so nothing is counted either.
    SELECT a.ord, CASE WHEN f.missing THEN 0 ELSE a.asked END, t.id, NULL, NULL, u.id, m.role, NULL, true, NULL, f.missing, false
    FROM asked a
    CROSS JOIN LATERAL live_user(a.user_id, a.session_version, a.session_id) u
    JOIN tenant t ON t.slug = a.slug
    JOIN member m ON m.tenant_id = t.id AND m.user_id = u.id
    CROSS JOIN LATERAL (SELECT t.require_two_factor AND u.totp_enabled_at IS NULL AS missing) f
    WHERE a.user_id IS NOT NULL
  ), period AS MATERIALIZED (
    SELECT t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason, t.delete_after, b.period_start, b.period_end, a.counts, l.*
    FROM (SELECT p.tenant_id, bool_or(p.asked > 0) AS counts FROM principal p GROUP BY 1) a
    JOIN tenant t ON t.id = a.tenant_id
    JOIN effective_limit l ON l.tenant_id = t.id
    CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
  ), counter AS MATERIALIZED (
    -- Rows are locked in one order, so that two batches can wait for each other but never in a circle. A batch that
    -- counts nothing (free routes) takes no lock.
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start
    WHERE t.counts ORDER BY c.tenant_id FOR UPDATE OF c
  ), usage AS MATERIALIZED (
    SELECT * FROM counter
    UNION ALL
    SELECT c.* FROM usage_counter c JOIN period t ON t.id = c.tenant_id AND t.period_start = c.period_start WHERE NOT t.counts
  ), decided AS MATERIALIZED (
    SELECT p.*, t.period_start,
           greatest(0, least(p.asked, t.cap_calls - u.calls
             - coalesce(sum(p.asked) OVER (PARTITION BY p.tenant_id ORDER BY p.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)))::int
             AS granted
    FROM principal p
    JOIN period t ON t.id = p.tenant_id
    JOIN usage u ON u.tenant_id = p.tenant_id
  ), count_calls AS (
    UPDATE usage_counter c SET calls = c.calls + d.granted
    FROM (SELECT tenant_id, period_start, sum(granted) AS granted FROM decided GROUP BY 1, 2) d
    WHERE c.tenant_id = d.tenant_id AND c.period_start = d.period_start AND d.granted > 0
  ), write_ledger AS (
    INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id)
    SELECT d.tenant_id, d.period_start, 'api_calls', sum(d.granted), d.api_key_id
    FROM decided d
    WHERE d.granted > 0
    GROUP BY d.tenant_id, d.period_start, d.api_key_id
  ), touch_keys AS (
    -- At most one write a minute and key. Whoever finds the row locked leaves it be: waiting here could close a circle.
    UPDATE api_key k SET last_used_at = now()
    WHERE k.id IN (
      SELECT f.id FROM api_key f
      WHERE f.id = ANY (ARRAY(SELECT d.api_key_id FROM decided d WHERE d.address_allowed AND d.touch))
        AND (f.last_used_at IS NULL OR f.last_used_at < now() - interval '1 minute')
      FOR UPDATE SKIP LOCKED)
  )
  SELECT d.ord, d.granted, t.id, t.slug, t.name, t.plan_id, t.paused_at, t.pause_reason,
         d.api_key_id, d.api_key_name, d.user_id, d.role, d.scopes, t.period_start, t.period_end,
         u.used_ms, u.leased_ms, u.used_micros, u.leased_micros,
         u.calls + (sum(d.granted) OVER (PARTITION BY d.tenant_id))::bigint,
         c.cap_ms, c.cap_micros, t.cap_calls,
         t.requests_per_minute, t.concurrent_runs, t.queue_depth, t.longest_run_ms, t.agents,
         d.address_allowed, d.key_requests_per_minute, d.two_factor_missing, t.delete_after,
         t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
         -- A key goes on, whoever made it: what runs in a product does not stop because a team has grown.
         d.api_key_id IS NULL AND past_seats(t.members, t.id, d.user_id)
  FROM decided d
  JOIN period t ON t.id = d.tenant_id
  JOIN usage u ON u.tenant_id = d.tenant_id
  CROSS JOIN LATERAL caps_of(t.quota_ms, t.quota_micros, t.spend_limit_micros, t.overage_micros_per_minute, t.overage_enabled,
                             u.used_ms, u.leased_ms, u.used_micros, u.leased_micros, u.overage_units, u.overage_micros) c;
END $$;

REVOKE ALL ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]), admit_member(text, text),
  bound_counter(), move_period(), meter_due(int, interval, text), open_meter_report(text, timestamptz, timestamptz, boolean, text),
  take_meter_reports(int, text), take_billing_credits(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]), admit_member(text, text),
  meter_due(int, interval, text), open_meter_report(text, timestamptz, timestamptz, boolean, text),
  take_meter_reports(int, text), take_billing_credits(int) TO stint_app;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;

ALTER TABLE usage_counter ALTER COLUMN period_end SET NOT NULL;

CREATE TRIGGER bound_counter BEFORE INSERT ON usage_counter FOR EACH ROW WHEN (NEW.period_end IS NULL) EXECUTE FUNCTION bound_counter();
CREATE TRIGGER move_period AFTER UPDATE OF period_anchor_at ON tenant FOR EACH ROW
  WHEN (OLD.period_anchor_at IS DISTINCT FROM NEW.period_anchor_at) EXECUTE FUNCTION move_period();
