"use client";

import type { ReactNode } from "react";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useToast } from "@/components/ui/toast";
import { useWhenDone } from "@/components/ui/use-when-done";
import { formError, type ActionState } from "@/lib/http/action-state";

type SettingsFormProps = { tenant: string; title: string; description: string; save: string; state: ActionState; action: (form: FormData) => void; children: ReactNode };

/** A card of settings that are saved together. */
export function SettingsForm({ tenant, title, description, save, state, action, children }: SettingsFormProps) {
  const toast = useToast();
  useWhenDone(state, () => toast("Settings saved."));
  const problem = formError(state);
  return (
    <Card>
      <form action={action} noValidate>
        <CardHeader title={title} description={description} />
        <CardBody className="grid grid-cols-1 gap-6">
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          <input type="hidden" name="tenant" value={tenant} />
          {children}
        </CardBody>
        <CardFooter className="justify-end">
          <SubmitButton variant="secondary">{save}</SubmitButton>
        </CardFooter>
      </form>
    </Card>
  );
}
