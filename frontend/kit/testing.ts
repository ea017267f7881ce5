import { forgetClock } from "./clock.ts";
import { connection } from "./connection.ts";
import { stepUp } from "./proof.ts";
import { forgetSession } from "./session.ts";
import { forgetTime } from "./time.ts";

/** Makes the page one that nobody has been on: for the end of each test of an app that uses the kit. */
export function forgetEverything(): void {
  stepUp.get()?.decline();
  forgetSession();
  forgetClock();
  forgetTime();
  connection.set("up");
}
