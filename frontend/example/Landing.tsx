import { Button } from "@mantine/core";
import { useEffect } from "react";
import { here, signInAddress } from "../src/shared/format/returnTo.ts";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { Languages } from "../src/shared/ui/Languages.tsx";
import { say } from "../src/shared/words/words.ts";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";

/** Nobody is signed in: what this is, and the door. It leads nowhere by itself. */
export function Landing() {
  const name = say("example.name");
  useEffect(() => {
    document.title = name;
  }, [name]);
  return (
    <>
      <AppBar home="/" mark={<AppMark />} name={name} />
      <main className={classes.landing} id="page" tabIndex={-1}>
        <h1>{say("example.landing.title")}</h1>
        <p>{say("example.landing.text")}</p>
        <Button component="a" href={signInAddress(here())} variant="filled">
          {say("example.landing.sign_in")}
        </Button>
        <Languages />
      </main>
    </>
  );
}
