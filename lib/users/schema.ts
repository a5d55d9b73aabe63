import { z } from "zod";

export const emailSchema = z.string().trim().toLowerCase().pipe(z.email("Enter an e-mail address.").max(254));

export const personNameSchema = z.string().trim().min(1, "Enter your name.").max(80, "Use at most 80 characters.");
export const newPasswordSchema = z.string().min(10, "Use at least 10 characters.").max(200, "Use at most 200 characters.");

export const signUpSchema = z.object({ name: personNameSchema, email: emailSchema, password: newPasswordSchema });
export type SignUpInput = z.output<typeof signUpSchema>;

export const signInSchema = z.object({ email: emailSchema, password: z.string().min(1, "Enter your password.").max(200) });

/** Six digits of an app, or a recovery code. */
export const secondFactorSchema = z.string().trim().min(6, "Enter the six digits, or a recovery code.").max(40, "Enter the six digits, or a recovery code.");
export const linkTokenSchema = z.string().min(1).max(200);

/** Whose accounts can sign in here, where the installation is set up for it. */
export const PROVIDERS = ["github", "google"] as const;
export type Provider = (typeof PROVIDERS)[number];
export const providerSchema = z.enum(PROVIDERS);

export const PROVIDER_NAMES: Record<Provider, string> = { github: "GitHub", google: "Google" };
