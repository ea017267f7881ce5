import { Skeleton } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { SessionProvider } from "vestibule-kit";
import { createQueryClient } from "../src/shared/api/queries.ts";
import { AppBar } from "../src/shared/ui/AppBar.tsx";
import { ConnectionBar } from "../src/shared/ui/ConnectionBar.tsx";
import { Hidden } from "../src/shared/ui/Hidden.tsx";
import { LookProvider } from "../src/shared/ui/LookProvider.tsx";
import { later } from "../src/shared/ui/later.tsx";
import { PageHead } from "../src/shared/ui/Page.tsx";
import { RouteAnnouncer } from "../src/shared/ui/RouteAnnouncer.tsx";
import { SessionGate } from "../src/shared/ui/SessionGate.tsx";
import { useLanguage } from "../src/shared/ui/useLanguage.ts";
import { say } from "../src/shared/words/words.ts";
import { AppMark } from "./AppMark.tsx";
import classes from "./app.module.css";
import { Landing } from "./Landing.tsx";

const Shell = later(() => import("./Shell.tsx").then((m) => m.Shell));
const OrdersPage = later(() => import("./orders/OrdersPage.tsx").then((m) => m.OrdersPage));
const InsightsPage = later(() => import("./insights/InsightsPage.tsx").then((m) => m.InsightsPage));

/** An app as a team would put it behind Vestibule: it knows a session, and never a token. */
export function App() {
  useLanguage(); // whose change draws all of it anew
  const [client] = useState(createQueryClient);
  return (
    <LookProvider>
      <QueryClientProvider client={client}>
        <SessionProvider>
          <BrowserRouter>
            <SessionGate
              site={say("example.name")}
              leaveTo="/"
              bar={<EmptyBar />}
              waiting={<Waiting />}
              nobody={<Landing />}
            >
              <Suspense fallback={<Waiting />}>
                <Shell>
                  <Routes>
                    <Route
                      path="/"
                      element={<Titled title={say("example.pages.orders")} page={<OrdersPage />} />}
                    />
                    <Route
                      path="/insights"
                      element={<Titled title={say("example.pages.insights")} page={<InsightsPage />} />}
                    />
                    <Route
                      path="*"
                      element={<Titled title={say("example.pages.not_found")} page={<NotFound />} />}
                    />
                  </Routes>
                </Shell>
              </Suspense>
            </SessionGate>
          </BrowserRouter>
        </SessionProvider>
        <ConnectionBar />
      </QueryClientProvider>
    </LookProvider>
  );
}

function Titled({ title, page }: { title: string; page: React.ReactNode }) {
  return (
    <>
      <RouteAnnouncer title={title} site={say("example.name")} />
      <Suspense>{page}</Suspense>
    </>
  );
}

function EmptyBar() {
  return <AppBar home="/" mark={<AppMark />} name={say("example.name")} />;
}

function Waiting() {
  return (
    <>
      <AppBar home="/" mark={<AppMark />} name={say("example.name")} room />
      <main className={classes.page} id="page">
        <Skeleton width={120} height={20} mt={4} />
        <Skeleton width={180} height={14} mt={11} />
        <h1>
          <Hidden>{say("shared.loading")}</Hidden>
        </h1>
      </main>
    </>
  );
}

function NotFound() {
  return (
    <PageHead title={say("example.not_found.title")}>
      {say.rich("example.not_found.text", { orders: (text) => <a href="/">{text}</a> })}
    </PageHead>
  );
}
