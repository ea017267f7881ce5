import { Link } from "react-router";
import { PageHead } from "../shared/ui/Page.tsx";
import { RouteAnnouncer } from "../shared/ui/RouteAnnouncer.tsx";
import { EmptyBar } from "./EmptyBar.tsx";
import classes from "./Layout.module.css";

export function NotFoundPage() {
  return (
    <>
      <RouteAnnouncer title="Page not found" site="Vestibule" />
      <EmptyBar />
      <main className={classes.page} id="page" tabIndex={-1}>
        <PageHead title="There is no page here">
          The address may be misspelt, or the page has moved. <Link to="/">Your profile</Link> and{" "}
          <Link to="/sessions">your devices</Link> are where they were.
        </PageHead>
      </main>
    </>
  );
}
