import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconCircleCheck from "@tabler/icons-react/icons/IconCircleCheck";
import IconCircleDashed from "@tabler/icons-react/icons/IconCircleDashed";
import IconCircleX from "@tabler/icons-react/icons/IconCircleX";
import { Icon } from "./Icon.tsx";
import classes from "./State.module.css";

const icons = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, none: IconCircleDashed };

/** A state, by a word and a shape; its colour says nothing that they don't. */
export function State({ is, children }: { is: keyof typeof icons; children: string }) {
  return (
    <span className={`${classes.state} ${classes[is]}`}>
      <Icon of={icons[is]} />
      <span>{children}</span>
    </span>
  );
}
