import IconBox from "@tabler/icons-react/icons/IconBox";
import { Icon } from "../src/shared/ui/Icon.tsx";
import classes from "./app.module.css";

/** The team's own mark. */
export function AppMark() {
  return (
    <span className={classes.mark}>
      <Icon of={IconBox} />
    </span>
  );
}
