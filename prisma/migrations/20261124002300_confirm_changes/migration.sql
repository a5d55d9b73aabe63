-- A change of plan whose payment the bank wants to have confirmed waits at Stripe: what waits, until when, and where it is confirmed. It
-- is a projection like the rest of the row, and the account's wall and grants cover it.
ALTER TABLE billing_account ADD COLUMN pending jsonb;
