import IconDevices from "@tabler/icons-react/icons/IconDevices";
import IconShield from "@tabler/icons-react/icons/IconShield";
import IconUser from "@tabler/icons-react/icons/IconUser";
import { Fragment, type ReactNode } from "react";
import { useStore, useWho } from "vestibule-kit";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { UserMenu } from "../src/shared/ui/UserMenu.tsx";
import { language } from "../src/shared/words/language.ts";
import { say } from "../src/shared/words/words.ts";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";
import { Timings } from "./Timings.tsx";

/** The bar, and the page below it, which begins anew in another language; the bar keeps the focus. */
export function Shell({ children }: { children: ReactNode }) {
  const who = useWho();
  const spoken = useStore(language);
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
        end={<UserMenu who={who} links={links} leaveTo="/" />}
      />
      <main className={classes.page} id="page" tabIndex={-1}>
        <Fragment key={spoken}>{children}</Fragment>
      </main>
      <Timings />
    </div>
  );
}
