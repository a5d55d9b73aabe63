import { describe, expect, test } from "vitest";
import { applicationEnvironment, readAddress } from "./environment";
import type { Secrets } from "./secrets";

const secrets: Secrets = {
  auth_secret: "generated-auth", metrics_token: "generated-metrics", gateway_token: "", model_key: "",
  postgres_password: "superuser-password", owner_password: "", application_password: "", seed_owner_password: "", seed_staff_password: "", secrets_key: "generated-keys",
  stripe_key: "", stripe_webhook_secret: "",
};
const base = { NODE_ENV: "test" } as const;

describe("the address", () => {
  test("is loopback unless HOST says otherwise", () => {
    expect(readAddress(base)).toEqual({ host: "127.0.0.1", port: 3000, localUrl: "http://127.0.0.1:3000", publicUrl: "http://localhost:3000" });
  });
  test("of all interfaces is asked on loopback", () => {
    expect(readAddress({ ...base, HOST: "0.0.0.0", PORT: "8080" })).toMatchObject({ host: "0.0.0.0", localUrl: "http://127.0.0.1:8080" });
  });
  test("is told to people as APP_URL", () => {
    expect(readAddress({ ...base, APP_URL: "https://stint.example.com/" }).publicUrl).toBe("https://stint.example.com");
    expect(() => readAddress({ ...base, APP_URL: "stint" })).toThrow(/APP_URL=stint/);
  });
});

describe("the application's environment", () => {
  const build = (given: Partial<NodeJS.ProcessEnv>) =>
    applicationEnvironment({ given: { ...base, ...given }, address: readAddress(base), secrets, home: "/state", standIns: { DATABASE_URL: "stand-in", DATABASE_MIGRATE_URL: "owner", SMTP_URL: "sink" } });

  test("prefers what is set over stand-ins and generated secrets", () => {
    expect(build({ DATABASE_URL: "real", AUTH_SECRET: "mine" })).toMatchObject({ DATABASE_URL: "real", AUTH_SECRET: "mine", SMTP_URL: "sink", METRICS_TOKEN: "generated-metrics" });
  });
  test("takes an empty variable for an unset one", () => {
    expect(build({ SMTP_URL: "" }).SMTP_URL).toBe("sink");
  });
  test("never holds the owner's connection", () => {
    expect(build({}).DATABASE_MIGRATE_URL).toBeUndefined();
    expect(build({ DATABASE_MIGRATE_URL: "given" }).DATABASE_MIGRATE_URL).toBeUndefined();
    expect(Object.values(build({}))).not.toContain("superuser-password");
  });
});
