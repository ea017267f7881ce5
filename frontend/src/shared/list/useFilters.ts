import { useSearchParams } from "react-router";

/**
 * The filters of a list. They live in the address, so that a reload, a link and the way back keep them;
 * one that is empty is not there.
 */
export function useFilters<Name extends string>(
  ...names: Name[]
): [Record<Name, string>, (changed: Partial<Record<Name, string>>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])) as Record<
    Name,
    string
  >;
  const change = (changed: Partial<Record<Name, string>>) => {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | undefined>(changed)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  };
  return [filters, change];
}

/** What is asked for, as the query of an address: without what is empty, so that it can be compared. */
export function queryOf(filters: Record<string, string>): string {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString();
}
