import { Button } from "@mantine/core";
import { useEffect } from "react";
import { here, signInAddress } from "../src/shared/format/returnTo.ts";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";

/** Nobody is signed in: what this is, and the door. It leads nowhere by itself. */
export function Landing() {
  useEffect(() => {
    document.title = "Orders";
  }, []);
  return (
    <>
      <AppBar home="/" mark={<AppMark />} name="Orders" />
      <main className={classes.landing} id="page" tabIndex={-1}>
        <h1>Orders, and how they are going</h1>
        <p>
          An example of a team’s own app behind Vestibule. Its data comes from two internal services; this
          browser holds a cookie, and never a token.
        </p>
        <Button component="a" href={signInAddress(here())} variant="filled">
          Sign in
        </Button>
      </main>
    </>
  );
}
