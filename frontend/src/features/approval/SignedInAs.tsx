import { Link } from "react-router";
import { useWho } from "vestibule-kit";
import { here } from "../../shared/format/returnTo.ts";
import classes from "./approval.module.css";

/** Whom one would answer as, and the way to be someone else: it leads back here. */
export function SignedInAs() {
  const { user } = useWho();
  return (
    <p className={classes.who}>
      <span>
        Signed in as <b>{user.name}</b>
      </span>
      <span>{user.email}</span>
      <span>
        Not you? <Link to={`/sign-in?return_to=${encodeURIComponent(here())}`}>Sign in as someone else</Link>
      </span>
    </p>
  );
}
