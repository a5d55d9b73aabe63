-- How one workspace stands with its subscription, for the page that staff have of it: so far they had to open Stripe to answer for an invoice.

GRANT CREATE ON SCHEMA public TO stint_system;
SET LOCAL ROLE stint_system;

-- The account as Stripe last told it, the contract's time and price, the newest invoices as the workspace sees them itself, and what is open.
CREATE FUNCTION staff_show_subscription(p_staff_id text, p_tenant_id text, p_most int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM require_staff(p_staff_id);
  RETURN jsonb_build_object(
    'account', (SELECT to_jsonb(a) - 'tenant_id' - 'sync_seq' FROM billing_account a WHERE a.tenant_id = p_tenant_id),
    'contract', (SELECT jsonb_build_object('price_cents', c.price_cents, 'starts_at', c.starts_at, 'ends_at', c.ends_at) FROM contract c WHERE c.tenant_id = p_tenant_id),
    'invoices', (SELECT coalesce(jsonb_agg(to_jsonb(n) ORDER BY n.created_at DESC, n.id DESC), '[]') FROM (
      SELECT i.id, i.number, i.status, i.total_cents, i.due_cents, i.paid_cents, i.refunded_cents, i.hosted_url, i.pdf_url, i.created_at, i.finalized_at
      FROM billing_invoice i WHERE i.tenant_id = p_tenant_id
        -- As in lib/billing/overview/repo.ts: what a renewal's draft says still changes.
        AND (i.status NOT IN ('draft', 'deleted') OR (i.status = 'draft' AND i.reason IN ('subscription_create', 'subscription_update')))
      ORDER BY i.created_at DESC, i.id DESC LIMIT p_most) n),
    'open', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'remaining_cents', o.due_cents - o.paid_cents, 'reason', o.reason, 'due_at', o.due_at,
                      'opened_at', coalesce(o.finalized_at, o.created_at), 'url', o.hosted_url) ORDER BY o.created_at, o.id), '[]')
             FROM billing_invoice o WHERE o.tenant_id = p_tenant_id AND o.status = 'open'));
END $$;

REVOKE ALL ON FUNCTION staff_show_subscription(text, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_show_subscription(text, text, int) TO stint_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM stint_system;
