import { QueryClient } from "@tanstack/react-query";
import { ApiError, connection, NetworkError, onEnd } from "vestibule-kit";

const tries = 2;

/** Worth another try by itself: a gateway that stumbled, and nothing that a person did. */
function passing(error: Error): boolean {
  return error instanceof ApiError && error.status >= 502 && error.retryAfter === null;
}

/**
 * The page's memory of what the server said. When the connection is back, what had failed is asked
 * again; when the session ends, everything is forgotten.
 */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        retry: (failures, error) => failures < tries && passing(error),
        retryDelay: (failures) => 500 * 2 ** failures,
        staleTime: 10_000,
      },
      mutations: { networkMode: "always" },
    },
  });
  connection.subscribe(() => {
    if (connection.get() !== "up") return;
    void client.refetchQueries({ predicate: (query) => query.state.error instanceof NetworkError });
  });
  onEnd(() => {
    void client.cancelQueries();
    client.clear();
  });
  return client;
}
