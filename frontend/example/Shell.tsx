import IconDevices from "@tabler/icons-react/icons/IconDevices";
import IconShield from "@tabler/icons-react/icons/IconShield";
import IconUser from "@tabler/icons-react/icons/IconUser";
import type { ReactNode } from "react";
import { useWho } from "../src/shared/api/session.ts";
import { useSignOut } from "../src/shared/api/signOut.ts";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { StepUp } from "../src/shared/ui/StepUp.tsx";
import { UserMenu } from "../src/shared/ui/UserMenu.tsx";
import { say } from "../src/shared/words/words.ts";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";
import { Timings } from "./Timings.tsx";

export function Shell({ children }: { children: ReactNode }) {
  const who = useWho();
  const signOut = useSignOut("/");
  const tabs = [
    { to: "/", label: say("example.pages.orders") },
    { to: "/insights", label: say("example.pages.insights") },
  ];
  const links = [
    { href: "/account/", label: say("example.pages.account"), icon: IconUser },
    { href: "/account/sessions", label: say("example.pages.sessions"), icon: IconDevices },
    { href: "/account/security", label: say("example.pages.password"), icon: IconShield },
  ];
  return (
    <div className={classes.shell}>
      <AppBar
        home="/"
        mark={<AppMark />}
        name={say("example.name")}
        tabs={tabs}
        tabsLabel={say("example.name")}
        end={<UserMenu who={who} links={links} signOut={() => signOut.mutate()} />}
      />
      <main className={classes.page} id="page" tabIndex={-1}>
        {children}
      </main>
      <Timings />
      <StepUp />
    </div>
  );
}
