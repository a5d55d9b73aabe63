-- A customer's tax ids, and whether an invoice leaves its tax to the customer because of one. Both are projections like the rest of
-- their rows, and the walls and grants of the tables cover them. Rows of before are right again with their next event or visit.
ALTER TABLE billing_account ADD COLUMN tax_ids jsonb NOT NULL DEFAULT '[]';
ALTER TABLE billing_invoice ADD COLUMN reverse_charge boolean NOT NULL DEFAULT false;
