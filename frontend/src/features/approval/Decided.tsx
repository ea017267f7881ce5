import IconBan from "@tabler/icons-react/icons/IconBan";
import IconCheck from "@tabler/icons-react/icons/IconCheck";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Doorway } from "../../shared/ui/Doorway.tsx";
import { Tile } from "../../shared/ui/Tile.tsx";
import { say } from "../../shared/words/words.ts";

/** It is decided: what happened, and what to do now. */
export function Decided({
  approved,
  client,
  children,
}: {
  approved: boolean;
  client: string;
  children: ReactNode;
}) {
  return (
    <Doorway
      tall
      follows
      sign={<Tile of={approved ? IconCheck : IconBan} ok={approved} />}
      title={say(approved ? "approval.approved" : "approval.denied", { client })}
      subtitle={children}
      footer={approved && say.rich("approval.listed", { link: (text) => <Link to="/sessions">{text}</Link> })}
    />
  );
}
