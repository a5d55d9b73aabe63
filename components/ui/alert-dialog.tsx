"use client";

import { AlertDialog as Primitive } from "radix-ui";
import { useState, useTransition, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import "@/components/ui/style-nonce";

type ConfirmDialogProps = {
  /** The button that opens the dialog. */
  trigger: ReactNode;
  /** A question that names the thing: "Revoke the key “Production”?" */
  title: string;
  /** What will happen, and what will not. */
  children: ReactNode;
  /** What the deed is called: "Revoke key". */
  confirmLabel: string;
  /** The way out; say what stays: "Keep key". */
  cancelLabel?: string;
  /** Does it. Return a sentence to show it as an error and stay open; return nothing to close. */
  onConfirm: () => Promise<string | void>;
  /** `primary` where the deed is weighty but harms nothing. */
  tone?: "danger" | "primary";
};

/** Asks before something that cannot be taken back. Focus starts on the way out. */
export function ConfirmDialog({ trigger, title, children, confirmLabel, cancelLabel = "Cancel", onConfirm, tone = "danger" }: ConfirmDialogProps) {
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();

  function confirm() {
    setError(null);
    startTransition(async () => {
      const problem = await onConfirm();
      if (typeof problem === "string") setError(problem);
      else setOpen(false);
    });
  }

  return (
    <Primitive.Root
      open={open}
      onOpenChange={(next) => {
        if (pending) return;
        setError(null);
        setOpen(next);
      }}
    >
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Primitive.Content className="fixed top-[16vh] left-1/2 z-50 max-h-[75vh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 animate-fade overflow-y-auto rounded-lg border border-line bg-surface p-6 shadow-float">
          <Primitive.Title className="text-base font-semibold">{title}</Primitive.Title>
          <Primitive.Description asChild>
            <div className="mt-2 text-sm text-muted">{children}</div>
          </Primitive.Description>
          {error ? (
            <Notice tone="bad" className="mt-4">
              {error}
            </Notice>
          ) : null}
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <Primitive.Cancel asChild>
              <Button disabled={pending}>{cancelLabel}</Button>
            </Primitive.Cancel>
            <Button variant={tone} loading={pending} onClick={confirm}>
              {confirmLabel}
            </Button>
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
