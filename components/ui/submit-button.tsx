"use client";

import type { ComponentProps } from "react";
import { useFormStatus } from "react-dom";
import { Button } from "@/components/ui/button";

/** Sends the form it stands in; shows that it is waiting until the form's action has answered. */
export function SubmitButton({ loading = false, variant = "primary", ...props }: Omit<ComponentProps<typeof Button>, "asChild" | "type">) {
  const { pending } = useFormStatus();
  return <Button type="submit" variant={variant} loading={pending || loading} {...props} />;
}
