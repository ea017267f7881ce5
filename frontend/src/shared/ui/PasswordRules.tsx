import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconCircle from "@tabler/icons-react/icons/IconCircle";
import type { Rule } from "../format/password.ts";
import { Hidden } from "./Hidden.tsx";
import { Icon } from "./Icon.tsx";
import classes from "./PasswordRules.module.css";

/** What a new password must be, ticked off while one types. */
export function PasswordRules({ rules }: { rules: Rule[] }) {
  return (
    <ul className={classes.rules} aria-label="What a password must be">
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rules keep their places, and their texts change
        <li key={i} data-met={rule.met}>
          <Icon of={rule.met ? IconCheck : IconCircle} size={12} />
          <span>
            {rule.text}
            <Hidden>{rule.met ? ", met" : ", not met yet"}</Hidden>
          </span>
        </li>
      ))}
      <li>
        <Icon of={IconCircle} size={12} className={classes.later} />
        <span>Not a common one: checked when you save</span>
      </li>
    </ul>
  );
}
