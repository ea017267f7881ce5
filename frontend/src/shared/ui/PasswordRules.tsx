import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconCircle from "@tabler/icons-react/icons/IconCircle";
import type { Rule } from "../format/password.ts";
import { say } from "../words/words.ts";
import { Hidden } from "./Hidden.tsx";
import { Icon } from "./Icon.tsx";
import classes from "./PasswordRules.module.css";

/** What a new password must be, ticked off while one types. */
export function PasswordRules({ rules }: { rules: Rule[] }) {
  return (
    <ul className={classes.rules} aria-label={say("shared.password.rules")}>
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rules keep their places, and their texts change
        <li key={i} data-met={rule.met}>
          <Icon of={rule.met ? IconCheck : IconCircle} size={12} />
          <span>
            {rule.text}
            <Hidden>{say(rule.met ? "shared.password.met" : "shared.password.not_met")}</Hidden>
          </span>
        </li>
      ))}
      <li>
        <Icon of={IconCircle} size={12} className={classes.later} />
        <span>{say("shared.password.not_common")}</span>
      </li>
    </ul>
  );
}
