import { useNavigate, useSearchParams } from "react-router";
import { safeReturnTo } from "../format/returnTo.ts";

const account = "/account";
const doors = [`${account}/sign-in`, `${account}/register`];

/** Where this visitor wants to go after the door, and the way there. */
export function useGoOn(): { to: string; goOn: () => void } {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const asked = safeReturnTo(search.get("return_to"));
  const to = doors.some((door) => asked.startsWith(door)) ? `${account}/` : asked;
  const goOn = () => {
    if (to === account || to.startsWith(`${account}/`))
      void navigate(to.slice(account.length) || "/", { replace: true });
    else window.location.assign(to);
  };
  return { to, goOn };
}
