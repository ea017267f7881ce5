import IconCloudOff from "@tabler/icons-react/icons/IconCloudOff";
import { useEffect } from "react";
import { connection, useStore, watchConnection } from "vestibule-kit";
import { say } from "../words/words.ts";
import classes from "./ConnectionBar.module.css";
import { Icon } from "./Icon.tsx";

/**
 * Says quietly that the server can't be reached, and asks again until it can. What had failed is
 * loaded then.
 */
export function ConnectionBar() {
  const state = useStore(connection);
  useEffect(watchConnection, []);
  return (
    <div role="status">
      {state !== "up" && (
        <p className={classes.bar}>
          <Icon of={IconCloudOff} />
          {say(state === "offline" ? "shared.bar.offline" : "shared.bar.away")}
        </p>
      )}
    </div>
  );
}
