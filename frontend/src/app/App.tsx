import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { BrowserRouter, Navigate, Route, Routes, useSearchParams } from "react-router";
import { SessionProvider, useWho } from "vestibule-kit";
import { createQueryClient } from "../shared/api/queries.ts";
import { here } from "../shared/format/returnTo.ts";
import { ConnectionBar } from "../shared/ui/ConnectionBar.tsx";
import { LookProvider } from "../shared/ui/LookProvider.tsx";
import { later } from "../shared/ui/later.tsx";
import { RouteAnnouncer } from "../shared/ui/RouteAnnouncer.tsx";
import { SessionGate } from "../shared/ui/SessionGate.tsx";
import { useLanguage } from "../shared/ui/useLanguage.ts";
import { say } from "../shared/words/words.ts";
import { EmptyBar, PageSkeleton } from "./EmptyBar.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { NotYours } from "./NotYours.tsx";
import { type PageEntry, pages } from "./routes.tsx";

const Layout = later(() => import("./Layout.tsx").then((m) => m.Layout));
const AdminLayout = later(() => import("./AdminLayout.tsx").then((m) => m.AdminLayout), "admin");
const AdminWaiting = later(() => import("./AdminFrame.tsx").then((m) => m.AdminWaiting));

/** All of it is drawn anew when the language changes: nothing below keeps its words. */
export function App() {
  useLanguage();
  const [client] = useState(createQueryClient);
  return (
    <LookProvider>
      <QueryClientProvider client={client}>
        <BrowserRouter basename="/account/">
          <Routes>
            {pages.map((page) => (
              <Route key={page.path} path={page.path} element={<Titled page={page} />} />
            ))}
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </BrowserRouter>
        <ConnectionBar />
      </QueryClientProvider>
    </LookProvider>
  );
}

/** A page with its title. One that only explains asks nobody who they are. */
function Titled({ page }: { page: PageEntry }) {
  const [search] = useSearchParams();
  return (
    <>
      <RouteAnnouncer title={say(page.title)} site="Vestibule" />
      {page.toAnyone?.(search) ? (
        <Plain page={page} />
      ) : (
        <SessionProvider>
          {page.access === "anyone" ? <Plain page={page} /> : <Guarded page={page} />}
        </SessionProvider>
      )}
    </>
  );
}

function Plain({ page }: { page: PageEntry }) {
  return (
    <Suspense fallback={null}>
      <page.Page />
    </Suspense>
  );
}

/** A page behind the guard that the table names. The server guards what it shows; this spares a visitor the sight of errors. */
function Guarded({ page }: { page: PageEntry }) {
  const waiting = <Waiting page={page} />;
  return (
    <SessionGate
      site="Vestibule"
      leaveTo="/account/sign-in"
      bar={<EmptyBar />}
      waiting={waiting}
      nobody={<ToSignIn />}
    >
      <Suspense fallback={waiting}>
        <Within page={page} />
      </Suspense>
    </SessionGate>
  );
}

/** What stands in a page's place until one knows who is here. */
function Waiting({ page }: { page: PageEntry }) {
  if (page.Door) return <page.Door />;
  if (page.access !== "admin") return <PageSkeleton title={say(page.title)} wide={page.wide} />;
  return (
    <Suspense fallback={null}>
      <AdminWaiting title={say(page.title)} />
    </Suspense>
  );
}

/** A page of someone who is signed in, in what stands around it. */
function Within({ page }: { page: PageEntry }) {
  const { role } = useWho().user;
  if (page.Door) return <page.Page />;
  if (page.access !== "admin") {
    return (
      <Layout wide={page.wide}>
        <page.Page />
      </Layout>
    );
  }
  return role === "admin" ? (
    <AdminLayout>
      <page.Page />
    </AdminLayout>
  ) : (
    <Layout>
      <NotYours />
    </Layout>
  );
}

function ToSignIn() {
  return <Navigate to={`/sign-in?return_to=${encodeURIComponent(here())}`} replace />;
}
