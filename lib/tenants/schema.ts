import { z } from "zod";
import { ROLES } from "@/lib/tenants/policy";
import { emailSchema, signUpSchema } from "@/lib/users/schema";

export const workspaceNameSchema = z.string().trim().min(2, "Use at least 2 characters.").max(60, "Use at most 60 characters.");

export const roleSchema = z.enum(ROLES, "Choose a role.");

export const inviteSchema = z.object({ email: emailSchema, role: roleSchema });
export type Invite = z.output<typeof inviteSchema>;

/** What somebody who is invited and has no account yet says of themselves. */
export const newcomerSchema = signUpSchema.pick({ name: true, password: true });
export type Newcomer = z.output<typeof newcomerSchema>;
