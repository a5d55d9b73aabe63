"use client";

import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import "@/components/ui/style-nonce";

export const Dialog = Primitive.Root;
export const DialogTrigger = Primitive.Trigger;
export const DialogClose = Primitive.Close;

type DialogContentProps = Omit<ComponentProps<typeof Primitive.Content>, "title"> & { title: ReactNode; description?: ReactNode };

/** The dialog itself: title, a line about it, then whatever it asks. Escape and the cross close it; focus goes back to where it was. */
export function DialogContent({ title, description, className, children, ...props }: DialogContentProps) {
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
      <Primitive.Content
        className={cn(
          "fixed top-[8dvh] left-1/2 z-50 max-h-[84dvh] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 animate-fade overflow-y-auto rounded-lg border border-line bg-surface p-6 shadow-float focus-visible:outline-none",
          className,
        )}
        {...(description ? {} : { "aria-describedby": undefined })}
        {...props}
      >
        <Primitive.Title className="pr-8 text-base font-semibold">{title}</Primitive.Title>
        {description ? <Primitive.Description className="mt-1 text-sm text-muted">{description}</Primitive.Description> : null}
        <div className="mt-4">{children}</div>
        <Primitive.Close asChild>
          <Button variant="ghost" size="icon-sm" aria-label="Close" className="absolute top-4 right-4">
            <X aria-hidden="true" />
          </Button>
        </Primitive.Close>
      </Primitive.Content>
    </Primitive.Portal>
  );
}

/**
 * Buttons at the foot of a dialog: the way out first, the deed last. The last thing in it, and in view however long the dialog is: at the edge of the
 * box, and not of its padding, below which the form would be seen again.
 */
export function DialogFooter({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("sticky -bottom-6 z-10 -mx-6 mt-6 -mb-6 flex flex-wrap justify-end gap-2 border-t bg-surface px-6 py-4", className)} {...props} />;
}
