"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const EVERY_MS = 1_500;
/** A delivery that is being sent says when its claim ends: at most this far away. */
const SOON_MS = 65_000;

/** Looks again while a delivery is being sent, or is due soon. Draws nothing. `nextAt`: of its next attempt; null: there is none. */
export function FollowDelivery({ nextAt }: { nextAt: string | null }) {
  const router = useRouter();
  useEffect(() => {
    if (nextAt === null) return;
    const timer = setInterval(() => {
      if (Date.parse(nextAt) < Date.now() + SOON_MS) router.refresh();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [nextAt, router]);
  return null;
}
