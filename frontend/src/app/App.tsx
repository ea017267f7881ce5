import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { BrowserRouter, Navigate, Route, Routes, useSearchParams } from "react-router";
import { SessionProvider } from "vestibule-kit";
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
import { type PageEntry, pages } from "./routes.tsx";

const Layout = later(() => import("./Layout.tsx").then((m) => m.Layout));

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
  const waiting = page.Door ? <page.Door /> : <PageSkeleton title={say(page.title)} wide={page.wide} />;
  return (
    <SessionGate
      site="Vestibule"
      leaveTo="/account/sign-in"
      bar={<EmptyBar />}
      waiting={waiting}
      nobody={<ToSignIn />}
    >
      <Suspense fallback={waiting}>
        {page.Door ? (
          <page.Page />
        ) : (
          <Layout wide={page.wide}>
            <page.Page />
          </Layout>
        )}
      </Suspense>
    </SessionGate>
  );
}

function ToSignIn() {
  return <Navigate to={`/sign-in?return_to=${encodeURIComponent(here())}`} replace />;
}
