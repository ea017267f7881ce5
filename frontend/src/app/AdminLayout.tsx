import IconArrowBackUp from "@tabler/icons-react/icons/IconArrowBackUp";
import IconChartBar from "@tabler/icons-react/icons/IconChartBar";
import IconDevices from "@tabler/icons-react/icons/IconDevices";
import IconFileText from "@tabler/icons-react/icons/IconFileText";
import IconKey from "@tabler/icons-react/icons/IconKey";
import IconSitemap from "@tabler/icons-react/icons/IconSitemap";
import IconUser from "@tabler/icons-react/icons/IconUser";
import IconUsers from "@tabler/icons-react/icons/IconUsers";
import type { ComponentProps, ReactNode } from "react";
import { NavLink } from "react-router";
import { useWho } from "vestibule-kit";
import { Icon } from "../shared/ui/Icon.tsx";
import { intoView } from "../shared/ui/intoView.ts";
import { UserMenu } from "../shared/ui/UserMenu.tsx";
import { say } from "../shared/words/words.ts";
import classes from "./AdminFrame.module.css";
import { AdminFrame } from "./AdminFrame.tsx";
import { pages } from "./routes.tsx";

const icons: Record<string, ComponentProps<typeof Icon>["of"]> = {
  "/admin": IconChartBar,
  "/admin/users": IconUsers,
  "/admin/sessions": IconDevices,
  "/admin/downstreams": IconSitemap,
  "/admin/keys": IconKey,
  "/admin/audit": IconFileText,
};

/** The administration's pages, with the ways between them, and who is here at its foot. */
export function AdminLayout({ children }: { children: ReactNode }) {
  const who = useWho();
  const links = [{ href: "/account/", label: say("admin.back"), icon: IconUser }];
  const side = (
    <>
      <nav className={classes.nav} aria-label={say("door.pages.admin")}>
        <ul>
          {pages.map(
            ({ path, tab, access }) =>
              tab &&
              access === "admin" && (
                <li key={path}>
                  <NavLink to={path} end={path === "/admin"} ref={intoView}>
                    <Icon of={icons[path] ?? IconFileText} />
                    {say(tab)}
                  </NavLink>
                </li>
              ),
          )}
        </ul>
        <ul>
          <li>
            <NavLink to="/" end>
              <Icon of={IconArrowBackUp} />
              {say("admin.back")}
            </NavLink>
          </li>
        </ul>
      </nav>
      <div className={classes.who}>
        <UserMenu who={who} links={links} leaveTo="/account/sign-in" foot />
      </div>
    </>
  );
  return <AdminFrame side={side}>{children}</AdminFrame>;
}
