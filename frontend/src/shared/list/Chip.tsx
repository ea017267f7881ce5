import IconX from "@tabler/icons-react/icons/IconX";
import { Icon } from "../ui/Icon.tsx";
import { say } from "../words/words.ts";
import classes from "./list.module.css";

/** A filter that a link has set, since nobody types it: what it is, and the way to be without it. */
export function Chip({ children, remove }: { children: string; remove: () => void }) {
  return (
    <span className={classes.chip}>
      {children}
      <button type="button" aria-label={say("admin.list.without", { filter: children })} onClick={remove}>
        <Icon of={IconX} />
      </button>
    </span>
  );
}
