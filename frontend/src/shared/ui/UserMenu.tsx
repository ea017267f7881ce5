import { Menu } from "@mantine/core";
import { language } from "../words/language.ts";
import { say } from "../words/words.ts";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import IconChevronDown from "@tabler/icons-react/icons/IconChevronDown";
import IconLogout from "@tabler/icons-react/icons/IconLogout";
import type { ComponentProps } from "react";
import { serverNow, useStore, type Who } from "vestibule-kit";
import { useSignOut } from "../api/signOut.ts";
import { limit, since } from "../format/time.ts";
import { Icon } from "./Icon.tsx";
import { choose, eachLanguage } from "./Languages.tsx";
import { menu } from "./menu.ts";
import { NotSignedOut } from "./NotSignedOut.tsx";
import classes from "./UserMenu.module.css";

export interface MenuLink {
  href: string;
  label: string;
  icon: ComponentProps<typeof Icon>["of"];
}

/** Who is signed in, since when, and the ways to the account, to another language, and out. */
export function UserMenu({
  who,
  links,
  leaveTo,
  foot = false,
}: {
  who: Who;
  links: MenuLink[];
  /** Where signing out leads. */
  leaveTo: string;
  /** It stands at the foot of a side bar, from edge to edge. */
  foot?: boolean;
}) {
  const signOut = useSignOut(leaveTo);
  return (
    <>
      <Menu {...menu} position={foot ? "bottom-start" : "bottom-end"} width={264}>
        <Menu.Target>
          <button
            className={foot ? `${classes.who} ${classes.foot}` : classes.who}
            type="button"
            aria-label={say("shared.menu.of", { name: who.user.name, email: who.user.email })}
          >
            <span className={classes.avatar} data-initial={initial(who)} />
            <span className={classes.name}>{who.user.name}</span>
            <Icon of={IconChevronDown} />
          </button>
        </Menu.Target>
        <Menu.Dropdown aria-label={say("shared.menu.label")}>
          <Head who={who} />
          {links.map((link) => (
            <Menu.Item key={link.href} component="a" href={link.href} leftSection={<Icon of={link.icon} />}>
              {link.label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <LanguageItems />
          <Menu.Divider />
          <Menu.Item leftSection={<Icon of={IconLogout} />} onClick={() => signOut.mutate()}>
            {say("shared.menu.sign_out")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NotSignedOut signOut={signOut} />
    </>
  );
}

function LanguageItems() {
  const spoken = useStore(language);
  return (
    <fieldset aria-label={say("shared.menu.language")}>
      {eachLanguage().map(({ tag, name, lang }) => (
        <Menu.RadioItem
          key={tag}
          value={tag}
          lang={lang}
          checked={tag === spoken}
          onChange={() => choose(tag)}
          checkIcon={<Icon of={IconCheck} />}
          closeMenuOnClick
        >
          {name}
        </Menu.RadioItem>
      ))}
    </fieldset>
  );
}

function Head({ who: { user, session } }: { who: Who }) {
  const idle = Date.parse(session.idle_expires_at) - Date.parse(session.last_seen_at);
  return (
    <div className={classes.head} role="presentation">
      <b>{user.name}</b>
      <small>{user.email}</small>
      <small>
        {say("shared.menu.since", {
          since: since(new Date(session.created_at), new Date(serverNow())),
          idle: limit(idle),
        })}
      </small>
    </div>
  );
}

function initial({ user }: Who): string {
  return [...(user.name || user.email)][0]?.toUpperCase() ?? "";
}
