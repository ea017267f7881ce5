import { apiFetch, RequireSession, SessionProvider, signOut, useWho } from "vestibule-kit";

const body = { customer: "Me", items: 1 };
const order = () => apiFetch("/api/orders/", { method: "POST", body }).then(() => alert("Ordered"), alert);
const door = <a href="/account/sign-in?return_to=/">Sign in</a>;
const Page = () => (
  <form action={() => signOut().catch(alert)}>
    Hello, {useWho().user.name}
    <input type="button" value="Order" onClick={order} />
    <input type="submit" value="Sign out" />
  </form>
);

export const App = () => (
  <SessionProvider>
    <RequireSession nobody={door} failed={(error) => <p>{error.message}</p>}>
      <Page />
    </RequireSession>
  </SessionProvider>
);
