import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconCircleCheck from "@tabler/icons-react/icons/IconCircleCheck";
import type { ReactNode } from "react";
import { Icon } from "./Icon.tsx";
import classes from "./Note.module.css";

/** What concerns a form as a whole, where one looks. A danger is read out at once. */
export function Note({
  kind,
  title,
  children,
}: {
  kind: "danger" | "ok";
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={`${classes.note} ${classes[kind]}`} role={kind === "danger" ? "alert" : "status"}>
      <Icon of={kind === "danger" ? IconAlertTriangle : IconCircleCheck} className={classes.icon} />
      <div>
        <strong>{title}</strong>
        {children && <p>{children}</p>}
      </div>
    </div>
  );
}
