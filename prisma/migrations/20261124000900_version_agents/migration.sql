-- Every save of an agent is kept, so that two can be compared, an earlier one can come back, and a run can say what it
-- executed. A version is written once: the application may add one and change none.

-- CreateTable
CREATE TABLE "agent_version" (
    "tenant_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "note" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_version_pkey" PRIMARY KEY ("tenant_id","agent_id","version")
);

-- AddForeignKey
ALTER TABLE "agent_version" ADD CONSTRAINT "agent_version_tenant_id_agent_id_fkey" FOREIGN KEY ("tenant_id", "agent_id") REFERENCES "agent"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE agent_version ADD CONSTRAINT agent_version_counts CHECK (version >= 1),
  ADD CONSTRAINT agent_version_config CHECK (jsonb_typeof(config) = 'object');

SELECT wall_in('agent_version');
GRANT SELECT, INSERT ON agent_version TO stint_app;
GRANT SELECT, INSERT, DELETE ON agent_version TO stint_system;

-- AlterTable
ALTER TABLE "agent" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE agent ADD CONSTRAINT agent_version_current CHECK (version >= 1);

-- What the agents are at this moment is their first version. The role that migrates may be held by row-level security;
-- this one is not.
SET LOCAL ROLE stint_system;
INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by, created_at)
SELECT a.tenant_id, a.id, 1,
       jsonb_build_object('model', a.model, 'instructions', a.instructions, 'tools', '[]'::jsonb, 'delegates', '[]'::jsonb, 'output_schema', NULL,
                          'temperature', NULL, 'max_steps', 16, 'max_minutes', a.max_ms / 60000.0, 'max_spend_micros', NULL, 'retries', 2),
       a.created_by, a.updated_at
FROM agent a;
RESET ROLE;
REVOKE INSERT ON agent_version FROM stint_system;

-- AlterTable
ALTER TABLE "agent" DROP COLUMN "instructions",
DROP COLUMN "max_ms",
DROP COLUMN "model";

-- An archived agent keeps its slug, and gives it free.
DROP INDEX "agent_tenant_id_slug_key";
CREATE UNIQUE INDEX agent_slug ON agent (tenant_id, slug) WHERE archived_at IS NULL;
