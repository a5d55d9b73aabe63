-- The rollups are read for a tenant's range of time and summed: with the quantity in them, the primary keys hold all that is
-- read, in its order, and no query needs the tables' own pages, in which the rows of all tenants lie mixed.
ALTER TABLE usage_hourly DROP CONSTRAINT usage_hourly_pkey,
  ADD CONSTRAINT usage_hourly_pkey PRIMARY KEY (tenant_id, hour, meter, agent_id, api_key_id, billed) INCLUDE (quantity);
ALTER TABLE usage_daily DROP CONSTRAINT usage_daily_pkey,
  ADD CONSTRAINT usage_daily_pkey PRIMARY KEY (tenant_id, day, meter, agent_id, api_key_id, billed) INCLUDE (quantity);

-- Reading an index alone needs pages that vacuum has seen; and the current hour's and day's rows change every second.
ALTER TABLE usage_hourly SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE usage_daily SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
