import type { ComponentProps } from "react";
import { Icon } from "./Icon.tsx";
import classes from "./Tile.module.css";

/** What a door is about, drawn where its mark would stand. */
export function Tile({ of, ok = false }: { of: ComponentProps<typeof Icon>["of"]; ok?: boolean }) {
  return (
    <span className={ok ? `${classes.tile} ${classes.ok}` : classes.tile}>
      <Icon of={of} />
    </span>
  );
}
