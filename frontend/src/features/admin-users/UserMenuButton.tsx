import { ActionIcon, Menu } from "@mantine/core";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import IconDots from "@tabler/icons-react/icons/IconDots";
import { useRef } from "react";
import { Icon } from "../../shared/ui/Icon.tsx";
import { menu } from "../../shared/ui/menu.ts";
import { say } from "../../shared/words/words.ts";
import { actsOn } from "./ActDialog.tsx";
import type { Act, User } from "./api.ts";
import classes from "./users.module.css";

/** What can be done to someone, in their row. */
export function UserMenuButton({ user, onChoose }: { user: User; onChoose: (act: Act) => void }) {
  const dots = useRef<HTMLButtonElement>(null);
  const choose = (act: Act) => {
    dots.current?.focus(); // where the question gives the focus back: the item will be gone
    onChoose(act);
  };
  return (
    <Menu {...menu} position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon
          ref={dots}
          className={classes.dots ?? ""}
          variant="subtle"
          aria-label={say("admin.users.acts_on", { name: user.name })}
        >
          <Icon of={IconDots} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={say("admin.users.acts_on", { name: user.name })}>
        {actsOn(user).map((act) => (
          <Menu.Item key={act} onClick={() => choose(act)} disabled={act === "end" && user.sessions === 0}>
            {say(`admin.users.${act}.menu`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
