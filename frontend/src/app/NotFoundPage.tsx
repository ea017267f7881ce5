import { Link } from "react-router";
import { PageHead } from "../shared/ui/Page.tsx";
import { RouteAnnouncer } from "../shared/ui/RouteAnnouncer.tsx";
import { say } from "../shared/words/words.ts";
import { EmptyBar } from "./EmptyBar.tsx";
import classes from "./Layout.module.css";

export function NotFoundPage() {
  return (
    <>
      <RouteAnnouncer title={say("door.pages.not_found")} site="Vestibule" />
      <EmptyBar />
      <main className={classes.page} id="page" tabIndex={-1}>
        <PageHead title={say("door.not_found.title")}>
          {say.rich("door.not_found.text", {
            profile: (text) => <Link to="/">{text}</Link>,
            sessions: (text) => <Link to="/sessions">{text}</Link>,
          })}
        </PageHead>
      </main>
    </>
  );
}
