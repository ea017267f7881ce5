import IconLock from "@tabler/icons-react/icons/IconLock";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./Doorway.module.css";
import { Icon } from "./Icon.tsx";
import { Languages } from "./Languages.tsx";
import { Mark } from "./Mark.tsx";
import { Threshold } from "./Threshold.tsx";

/** The page where one goes in, or lets something in: a form, what leads elsewhere, and whose door it is. */
export function Doorway({
  title,
  subtitle,
  children,
  footer,
  sign = <Mark size={32} />,
  tall = false,
  follows = false,
}: {
  title: string;
  subtitle?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** What is drawn above the title: our mark, unless the door is about something else. */
  sign?: ReactNode;
  /** There is much to read, which may become more: it hangs from the top, so that nothing above moves. */
  tall?: boolean;
  /** It follows on another door at the same address: its title takes the focus. */
  follows?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!follows) return;
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [follows]);
  return (
    <main className={tall ? `${classes.doorway} ${classes.tall}` : classes.doorway} id="page" tabIndex={-1}>
      <Threshold className={classes.door}>
        <header className={classes.header}>
          {sign}
          <div>
            <h1 ref={heading} tabIndex={follows ? -1 : undefined}>
              {title}
            </h1>
            {subtitle && <p>{subtitle}</p>}
          </div>
        </header>
        {children}
        {footer && <footer className={classes.footer}>{footer}</footer>}
      </Threshold>
      <div className={classes.below}>
        <p className={classes.where}>
          {window.location.protocol === "https:" && <Icon of={IconLock} />}
          {window.location.host}
        </p>
        <Languages />
      </div>
    </main>
  );
}
