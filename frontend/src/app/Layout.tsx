import IconArrowBackUp from "@tabler/icons-react/icons/IconArrowBackUp";
import IconLayoutDashboard from "@tabler/icons-react/icons/IconLayoutDashboard";
import { type ReactNode, Suspense } from "react";
import { useStore, useWho } from "vestibule-kit";
import { AppBar } from "../shared/ui/AppBar.tsx";
import { Mark } from "../shared/ui/Mark.tsx";
import { type MenuLink, UserMenu } from "../shared/ui/UserMenu.tsx";
import { language } from "../shared/words/language.ts";
import { say } from "../shared/words/words.ts";
import classes from "./Layout.module.css";
import { pages } from "./routes.tsx";

/**
 * A person's own pages: the bar, and one column of reading width, or a wide one. In another language, which is chosen
 * in the bar, the page begins anew, whatever words a part of it keeps; the bar stays, and with it the focus.
 */
export function Layout({ children, wide = false }: { children: ReactNode; wide?: boolean | undefined }) {
  const who = useWho();
  const spoken = useStore(language);
  const tabs = pages.flatMap(({ path, tab, tabWhere, access }) =>
    tab && access !== "admin" && (tabWhere?.() ?? true) ? [{ to: path, label: say(tab) }] : [],
  );
  const links: MenuLink[] = [{ href: "/", label: say("door.pages.app"), icon: IconArrowBackUp }];
  if (who.user.role === "admin")
    links.unshift({ href: "/account/admin", label: say("door.pages.admin"), icon: IconLayoutDashboard });
  return (
    <>
      <AppBar
        home="/account/"
        mark={<Mark />}
        name="Vestibule"
        tabs={tabs}
        tabsLabel={say("door.pages.account")}
        end={<UserMenu who={who} links={links} leaveTo="/account/sign-in" />}
      />
      <main className={wide ? `${classes.page} ${classes.wide}` : classes.page} id="page" tabIndex={-1}>
        <Suspense key={spoken}>{children}</Suspense>
      </main>
    </>
  );
}
