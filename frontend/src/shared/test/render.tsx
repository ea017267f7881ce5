import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter, Route, Routes } from "react-router";
import { SessionProvider } from "vestibule-kit";
import { createQueryClient } from "../api/queries.ts";
import { LookProvider } from "../ui/LookProvider.tsx";
import { SessionGate } from "../ui/SessionGate.tsx";

/** Draws a page at an address, with all that stands around pages. */
export function renderAt(address: string, page: ReactNode) {
  const client = createQueryClient();
  return render(
    <LookProvider>
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={[address]}>
          <SessionProvider>{page}</SessionProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </LookProvider>,
  );
}

/** Draws a page of someone who is signed in, as `GET /auth/session` of the stand-in says. */
export function renderWithin(path: string, address: string, page: ReactNode) {
  return renderAt(
    address,
    <SessionGate site="Vestibule" leaveTo="/account/sign-in" bar={null} waiting={null} nobody={null}>
      <Routes>
        <Route path={path} element={page} />
        <Route path="*" element={<p>Elsewhere</p>} />
      </Routes>
    </SessionGate>,
  );
}
