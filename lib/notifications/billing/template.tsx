import type { ReactNode } from "react";
import type { BillingMailKind, BillingMailOf } from "@/lib/notifications/billing/schema";

/** What a template says; the workspace's name, the frame and the small print are added to it. */
export type BillingParts = {
  /** What happened, without a capital and a full stop: subject and title. */
  headline: string;
  /** What an inbox shows beside the subject. */
  preview: string;
  body: ReactNode;
  /** The one thing to do. */
  action: { label: string; url: string };
  /** Stands under the action. */
  after?: ReactNode;
};

/** @param url the workspace's billing page */
export type Template<K extends BillingMailKind> = (mail: BillingMailOf<K>, url: string) => BillingParts;
/** A template for each of these kinds. */
export type Templates<K extends BillingMailKind> = { [One in K]: Template<One> };
