-- What agents may call: HTTP endpoints and MCP servers of a tenant's choice. Headers that hold secrets are sealed; the tools
-- that an MCP server offers are kept for a while, so that not every run asks for them. Both are JSON and not JSONB: a model
-- reads a schema in the order in which it was written.

-- CreateTable
CREATE TABLE "tool" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "config" JSON NOT NULL,
    "secret_headers" TEXT,
    "offered" JSON,
    "offered_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tool_tenant_id_id_key" ON "tool"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "tool" ADD CONSTRAINT "tool_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A model calls tools by their names. An archived tool gives its name free.
CREATE UNIQUE INDEX tool_name ON tool (tenant_id, name) WHERE archived_at IS NULL;

ALTER TABLE tool ADD CONSTRAINT tool_kind CHECK (kind IN ('http', 'mcp')),
  ADD CONSTRAINT tool_name_form CHECK (name ~ '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$'),
  ADD CONSTRAINT tool_config CHECK (json_typeof(config) = 'object'),
  ADD CONSTRAINT tool_offered CHECK ((offered IS NULL) = (offered_at IS NULL) AND (offered IS NULL OR kind = 'mcp'));

SELECT wall_in('tool');
-- A tool is archived, never deleted, but with its tenant: runs name it. The system's role moves secrets of every tenant
-- under a new key.
GRANT SELECT, INSERT, UPDATE ON tool TO stint_app;
GRANT SELECT, UPDATE, DELETE ON tool TO stint_system;
