import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { SessionProvider } from "vestibule-kit";
import { createQueryClient } from "../api/queries.ts";
import { LookProvider } from "../ui/LookProvider.tsx";

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
