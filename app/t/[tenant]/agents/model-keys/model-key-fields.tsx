"use client";

import { TextareaField, TextField } from "@/components/ui/field";
import { fieldError, typedValue, type ActionState } from "@/lib/http/action-state";

type Props = { state: ActionState; baseUrl?: string; models?: string; /** Whether a key is stored that an empty field keeps. */ stored: boolean };

/** Address, key and models of a model key. What was typed as the key never comes back. */
export function ModelKeyFields({ state, baseUrl = "", models = "", stored }: Props) {
  const typed = (name: string, before: string): string => ("values" in state ? typedValue(state, name) : before);
  return (
    <>
      <TextField
        label="Address" name="base_url" type="url" required placeholder="https://api.openai.com/v1" defaultValue={typed("base_url", baseUrl)} error={fieldError(state, "base_url")}
        hint={stored ? "Another address needs the key again." : "Of an OpenAI-compatible endpoint: what /chat/completions is added to."}
      />
      <TextField
        label="Key" name="secret_key" type="password" autoComplete="off" required={!stored} optional={stored} placeholder={stored ? "stored; type to replace" : undefined}
        error={fieldError(state, "secret_key") ?? fieldError(state, "key")} hint="Kept encrypted, sent to this address only, never shown again."
      />
      <TextareaField
        label="Models" name="models" optional rows={5} className="[&_textarea]:font-mono" spellCheck={false} defaultValue={typed("models", models)} error={fieldError(state, "models")}
        hint={`One a line: id, tokens of the context, most tokens of an answer, and “json” where it can hold to a schema. ${stored ? "Empty: as they are." : "Empty: the endpoint is asked."}`}
      />
    </>
  );
}
