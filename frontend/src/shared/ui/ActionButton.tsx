import { Button, type ButtonProps } from "@mantine/core";
import IconLoader2 from "@tabler/icons-react/icons/IconLoader2";
import type { ComponentPropsWithRef, MouseEvent } from "react";
import classes from "./ActionButton.module.css";
import { Icon } from "./Icon.tsx";
import { useOneAtATime } from "./useOneAtATime.ts";

type Props = ButtonProps &
  Omit<ComponentPropsWithRef<"button">, "color" | "style"> & {
    /** The work is under way. The button keeps its width and its focus, and can't be pressed again. */
    busy: boolean;
    /** What it then says: "Ending…". */
    busyLabel: string;
    /** In a row of a list: no wider than its word. What it does is said beside it. */
    narrow?: boolean;
    children: string;
  };

/** A button that starts something which takes a while, and says so. */
export function ActionButton({ busy, busyLabel, narrow = false, children, onClick, ...rest }: Props) {
  const oneAtATime = useOneAtATime();
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) event.preventDefault();
    else oneAtATime(() => onClick?.(event));
  };
  return (
    <Button {...rest} onClick={press} aria-disabled={busy || undefined}>
      <span className={classes.both}>
        <span className={busy ? classes.away : undefined} aria-hidden={busy || undefined}>
          {children}
        </span>
        <span className={busy ? classes.busy : classes.away} aria-hidden={!busy || undefined}>
          {narrow ? <Icon of={IconLoader2} className={classes.turning} /> : busyLabel}
        </span>
      </span>
    </Button>
  );
}
