-- A tenant's own keys of OpenAI-compatible endpoints, with the models that each unlocks. The key itself is sealed.

-- CreateTable
CREATE TABLE "model_key" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "models" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_key_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_key_tenant_id_id_key" ON "model_key"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "model_key_tenant_id_label_key" ON "model_key"("tenant_id", "label");

-- AddForeignKey
ALTER TABLE "model_key" ADD CONSTRAINT "model_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE model_key ADD CONSTRAINT model_key_label CHECK (label ~ '^[a-z][a-z0-9-]{1,31}$'),
  ADD CONSTRAINT model_key_models CHECK (jsonb_typeof(models) = 'array');

SELECT wall_in('model_key');
-- Deleting a key takes its row, and with it the secret. The system's role moves secrets of every tenant under a new key.
GRANT SELECT, INSERT, UPDATE, DELETE ON model_key TO stint_app;
GRANT SELECT, UPDATE, DELETE ON model_key TO stint_system;
