-- Plan the admission of a request once a connection. Its statement finds every row by a key, so one plan is as good for one request as for
-- five hundred; planned anew for each batch, as PostgreSQL does by itself because it thinks a plan for one cheaper, the planning took four
-- fifths of the time. A migration that replaces the function has to say it again: `CREATE OR REPLACE` forgets it.

SET ROLE stint_system;
ALTER FUNCTION admit(text[], text[], int[], text[], int[], text[], text[]) SET plan_cache_mode = force_generic_plan;
RESET ROLE;
