import IconDevices from "@tabler/icons-react/icons/IconDevices";
import IconShield from "@tabler/icons-react/icons/IconShield";
import IconUser from "@tabler/icons-react/icons/IconUser";
import type { ReactNode } from "react";
import { useWho } from "vestibule-kit";
import { useSignOut } from "../src/shared/api/signOut.ts";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { UserMenu } from "../src/shared/ui/UserMenu.tsx";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";
import { Timings } from "./Timings.tsx";

const tabs = [
  { to: "/", label: "All orders" },
  { to: "/insights", label: "Insights" },
];

const links = [
  { href: "/account/", label: "Your account", icon: IconUser },
  { href: "/account/sessions", label: "Devices and sessions", icon: IconDevices },
  { href: "/account/security", label: "Password", icon: IconShield },
];

export function Shell({ children }: { children: ReactNode }) {
  const who = useWho();
  const signOut = useSignOut("/");
  return (
    <div className={classes.shell}>
      <AppBar
        home="/"
        mark={<AppMark />}
        name="Orders"
        tabs={tabs}
        tabsLabel="Orders"
        end={<UserMenu who={who} links={links} signOut={() => signOut.mutate()} />}
      />
      <main className={classes.page} id="page" tabIndex={-1}>
        {children}
      </main>
      <Timings />
    </div>
  );
}
