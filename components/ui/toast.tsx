"use client";

import { X } from "lucide-react";
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";

/** One thing to do about it, such as taking it back. It is offered as long as the toast stands. */
type ToastAction = { label: string; onPress: () => void };
type Toast = { id: number; text: string; tone: "neutral" | "bad"; action: ToastAction | undefined };
type ShowToast = (text: string, tone?: Toast["tone"], action?: ToastAction) => void;

const ToastContext = createContext<ShowToast | null>(null);
const SHOWN_MS = 5_000;
/** Long enough to read it, think, and reach the button. */
const SHOWN_WITH_ACTION_MS = 12_000;

/** `const toast = useToast(); toast("Key revoked.")`: a quiet word that something worked. Errors belong beside what caused them. */
export function useToast(): ShowToast {
  const show = use(ToastContext);
  if (!show) throw new Error("useToast needs a ToastProvider above it");
  return show;
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: (id: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onClose(toast.id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, onClose, toast.id, toast.action]);
  const { action } = toast;
  return (
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={cn(
        "pointer-events-auto flex w-full items-start gap-3 rounded-md border bg-surface py-2 pr-2 pl-4 text-sm shadow-float animate-rise",
        toast.tone === "bad" && "text-bad",
      )}
    >
      <p className="min-w-0 flex-1 py-1">{toast.text}</p>
      {action ? (
        <Button
          size="sm"
          onClick={() => {
            onClose(toast.id);
            action.onPress();
          }}
        >
          {action.label}
        </Button>
      ) : null}
      <Button variant="ghost" size="icon-sm" aria-label="Dismiss" onClick={() => onClose(toast.id)}>
        <X aria-hidden="true" />
      </Button>
    </div>
  );
}

/** Holds the toasts of everything inside it and reads them out politely. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(0);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback<ShowToast>((text, tone = "neutral", action) => {
    nextId.current += 1;
    const id = nextId.current;
    setToasts((all) => [...all.slice(-2), { id, text, tone, action }]);
  }, []);
  const region = useMemo(() => toasts.map((toast) => <ToastCard key={toast.id} toast={toast} onClose={close} />), [toasts, close]);
  return (
    <ToastContext value={show}>
      {children}
      <div role="status" aria-live="polite" className="pointer-events-none fixed right-4 bottom-4 left-4 z-50 grid gap-2 sm:left-auto sm:w-80">
        {region}
      </div>
    </ToastContext>
  );
}
