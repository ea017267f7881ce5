// An internal service behind Vestibule, in another language: any JOSE library reads the JWKS.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

const issuer = required("VESTIBULE_ISSUER");
const keys = createRemoteJWKSet(new URL(required("VESTIBULE_JWKS_URL")), {
  cacheMaxAge: 5 * 60_000,
  cooldownDuration: 5_000,
});
const [host, port] = splitAddress(process.env.INSIGHTS_LISTEN ?? "127.0.0.1:9002");

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://insights");
  if (pathname === "/healthz") return answer(response, 200, { status: "ok" });
  let claims;
  try {
    claims = await verified(request);
  } catch (error) {
    return refuse(response, error);
  }
  if (request.method !== "GET") return answer(response, 405, { code: "method_not_allowed" }, { allow: "GET" });
  if (pathname === "/") return answer(response, 200, figures(claims.sub));
  if (pathname === "/whoami") return answer(response, 200, whoami(request, claims));
  return answer(response, 404, { code: "not_found" });
});

/** The claims of the one bearer token that came along, or an error. */
async function verified(request) {
  const sent = request.headersDistinct.authorization ?? [];
  const [, token] = /^bearer (\S+)$/i.exec(sent[0] ?? "") ?? [];
  if (sent.length !== 1 || !token) throw new errors.JWTInvalid("one Authorization header with a bearer token is needed");
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: "insights",
    typ: "at+jwt",
    algorithms: ["ES256"],
    clockTolerance: 30,
    requiredClaims: ["sub", "exp", "iat", "jti", "client_id"],
  });
  return payload;
}

function refuse(response, error) {
  const unreachable = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout;
  if (unreachable) return answer(response, 503, { code: "keys_unavailable" }, { "retry-after": "5" });
  return answer(response, 401, { code: "invalid_token" }, { "www-authenticate": 'Bearer error="invalid_token"' });
}

/** What arrived. The token itself is not repeated: only what it says. */
function whoami(request, claims) {
  const headers = { ...request.headersDistinct, authorization: ["Bearer (verified)"] };
  return { service: "insights", claims, headers };
}

const customers = ["Harbour Street Books", "Old Mill Bakery", "Lindgren Cycles", "Café North Pier", "Garden Lane Flowers"];

/** Made up, but always the same for the same person on the same day. */
function figures(sub) {
  const today = new Date();
  const days = Array.from({ length: 14 }, (_, i) => {
    const date = new Date(today.getTime() - (13 - i) * 86_400_000).toISOString().slice(0, 10);
    const orders = 3 + dice(`${sub} ${date} orders`, 14);
    return { date, orders, revenue: orders * (40 + dice(`${sub} ${date} value`, 60)) };
  });
  const sum = (list, what) => list.reduce((total, day) => total + day[what], 0);
  const [before, now] = [days.slice(0, 7), days.slice(7)];
  const money = (amount) => ({ amount: amount.toFixed(2), currency: "EUR" });
  return {
    revenue: { ...money(sum(now, "revenue")), change: sum(now, "revenue") / sum(before, "revenue") - 1 },
    orders: { count: sum(now, "orders"), change: sum(now, "orders") / sum(before, "orders") - 1 },
    by_day: days.map((day) => ({ ...day, revenue: money(day.revenue) })),
    top_customers: customers
      .map((name) => ({ name, revenue: money(200 + dice(`${sub} ${name}`, 1800)) }))
      .sort((a, b) => b.revenue.amount - a.revenue.amount),
  };
}

/** A whole number below `below` that depends on the text alone. */
function dice(text, below) {
  return createHash("sha256").update(text).digest().readUInt32BE() % below;
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json", ...headers });
  response.end(JSON.stringify(body));
}

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`insights: ${name} is required`);
    process.exit(2);
  }
  return value;
}

function splitAddress(address) {
  const at = address.lastIndexOf(":");
  return [address.slice(0, at).replace(/^\[|\]$/g, ""), Number(address.slice(at + 1))];
}

server.listen(port, host, () => console.log(`insights listens on ${host}:${server.address().port}`));
/** Whoever started us may go without a word: with --end-with-stdin, so do we. */
if (process.argv.includes("--end-with-stdin")) process.stdin.on("end", stop).resume();
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop);

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
