import IconCloudOff from "@tabler/icons-react/icons/IconCloudOff";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { askSession, connection, connectionLost, useStore } from "vestibule-kit";
import { say } from "../words/words.ts";
import classes from "./ConnectionBar.module.css";
import { Icon } from "./Icon.tsx";

/**
 * Says quietly that the server can't be reached, and asks again until it can. What had failed is
 * loaded then.
 */
export function ConnectionBar() {
  const state = useStore(connection);
  useEffect(() => {
    window.addEventListener("offline", connectionLost);
    return () => window.removeEventListener("offline", connectionLost);
  }, []);
  useQuery({
    queryKey: ["reachable"],
    queryFn: () => askSession().then(() => true),
    enabled: state !== "up",
    refetchInterval: 3_000,
    refetchOnReconnect: "always",
    retry: false,
    gcTime: 0,
    staleTime: 0,
  });
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
