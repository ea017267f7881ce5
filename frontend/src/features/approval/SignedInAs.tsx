import { Link } from "react-router";
import { useWho } from "vestibule-kit";
import { here } from "../../shared/format/returnTo.ts";
import { say } from "../../shared/words/words.ts";
import classes from "./approval.module.css";

/** Whom one would answer as, and the way to be someone else: it leads back here. */
export function SignedInAs() {
  const { user } = useWho();
  return (
    <p className={classes.who}>
      <span>{say.rich("door.asked.signed_in_as", { name: user.name, b: (text) => <b>{text}</b> })}</span>
      <span>{user.email}</span>
      <span>
        {say.rich("door.asked.not_you", {
          link: (text) => <Link to={`/sign-in?return_to=${encodeURIComponent(here())}`}>{text}</Link>,
        })}
      </span>
    </p>
  );
}
