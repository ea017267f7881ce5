import IconLock from "@tabler/icons-react/icons/IconLock";
import type { ReactNode } from "react";
import classes from "./Doorway.module.css";
import { Icon } from "./Icon.tsx";
import { Mark } from "./Mark.tsx";
import { Threshold } from "./Threshold.tsx";

/** The page where one goes in: a form, what leads elsewhere, and whose door it is. */
export function Doorway({
  title,
  subtitle,
  children,
  footer,
}: {
  title: string;
  subtitle: ReactNode;
  children: ReactNode;
  footer: ReactNode;
}) {
  return (
    <main className={classes.doorway} id="page" tabIndex={-1}>
      <Threshold className={classes.door}>
        <header className={classes.header}>
          <Mark size={32} />
          <div>
            <h1>{title}</h1>
            <p>{subtitle}</p>
          </div>
        </header>
        {children}
        <footer className={classes.footer}>{footer}</footer>
      </Threshold>
      <p className={classes.where}>
        <Icon of={IconLock} />
        {window.location.host}
      </p>
    </main>
  );
}
