import type { ComponentType } from "react";

/** An icon beside a word that says the same; it is never read out. */
export function Icon({
  of: Drawing,
  size = 16,
  className,
}: {
  of: ComponentType<{
    size?: number | string;
    stroke?: number | string;
    className?: string;
    "aria-hidden"?: "true";
  }>;
  size?: number;
  className?: string | undefined;
}) {
  return <Drawing size={size} stroke={2} aria-hidden="true" {...(className && { className })} />;
}
