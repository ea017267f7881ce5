import { render } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Keyset } from "./useKeyset.ts";
import { VirtualTable } from "./VirtualTable.tsx";

test("drawn again with the same rows, it does not reckon all of them anew", () => {
  const rows = Array.from({ length: 50 }, (_, i) => `row ${i}`);
  const list: Keyset<string> = {
    rows,
    total: 50,
    capped: false,
    behind: false,
    more: "none",
    loadMore: () => {},
  };
  const keyOf = vi.fn((row: string) => row);
  const table = () => (
    <VirtualTable
      caption="Rows"
      columns={[{ name: "row", head: "Row", width: "1fr", cell: (row) => row }]}
      list={list}
      keyOf={(row) => keyOf(row)}
    />
  );
  const { rerender } = render(table());
  keyOf.mockClear();
  rerender(table());
  expect(keyOf).not.toHaveBeenCalled();
});
