"use client";

import { useState, type ReactNode } from "react";
import { Dialog, DialogContent, DialogTrigger } from "@/components/ui/dialog";

type FormDialogProps = { trigger: ReactNode; title: string; description: string; /** Of the box, to make it wider. */ className?: string; children: (turn: number, close: () => void) => ReactNode };

/** A dialog whose form starts over each time it is opened: what it showed last, a secret too, is gone with it. */
export function FormDialog({ trigger, title, description, className, children }: FormDialogProps) {
  const [open, setOpen] = useState(false);
  const [turn, setTurn] = useState(0);
  return (
    <Dialog
      open={open}
      onOpenChange={(now) => {
        setOpen(now);
        if (now) setTurn((before) => before + 1);
      }}
    >
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent title={title} description={description} className={className}>
        {children(turn, () => setOpen(false))}
      </DialogContent>
    </Dialog>
  );
}
