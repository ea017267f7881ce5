/** The lab: sessions and tokens side by side. */
export default {
  about:
    "Five experiments against the system that runs here, drawn as they happen. They use a throw-away person of their own: nothing of yours ends.",
  experiments: "Experiments",
  not_here: "The lab does not run here",
  not_here_text:
    "It needs an example service that plays the client and the thief, which <code>vestibule dev</code> starts. A Vestibule that serves others has none.",
  claims: "What the token says: {n, plural, one {# claim} other {# claims}}",
  act: {
    run: "Run",
    again: "Run again",
    stop: "Stop",
    running: "The experiment is running.",
    not_yet: "Nothing has been measured yet.",
    stopped: "Stopped before anything was measured.",
    stopped_early: "Stopped before there was an answer.",
  },
  unit: { ms: "ms", s: "s", min: "min" },
  verdict: { in: "let in, {status, number}", out: "refused, {status, number} <code>{why}</code>" },
  failed: {
    load: "The lab could not be asked",
    title: "The experiment could not go on",
    failed: "Vestibule or its database did not answer as this experiment needs it. Run it again.",
    replaced: "Another experiment of yours has begun, perhaps in another tab.",
    no_database: "The lab was not told where the database is, so it can’t measure what a look-up costs.",
    no_timings:
      "Vestibule’s answers say nothing of where their time went: they do so in development, and to administrators.",
    unexpected_answer: "Vestibule gave another answer than this experiment needs. Run it again.",
    secret_withheld:
      "A line of this experiment would have told a secret. It was not sent, and the experiment has ended.",
  },
  ways: {
    cookie: "Session cookie",
    feed: "Access token, with the feed",
    signature: "Access token, signature alone",
    lookup: "Cookie, looked up each time",
  },
  ways_short: { cookie: "Cookie", feed: "With the feed", signature: "Signature", lookup: "Look-up" },
  revoke: {
    tab: "End a session",
    choose:
      "Ask how long someone who is out may still get in. Milliseconds: a session, or a token whose service follows the feed. Minutes: a signature alone, with a token as short as those minutes.",
    title: "End a session, and see who still gets in",
    about:
      "One session, shown to the same service in three ways. It is ended once. Each dot is a request; they come every millisecond at first, and thin out.",
    chart: "Requests before and after a session ended, on a logarithmic time axis",
    before: "before",
    moment: "{clock}  end asked for",
    axis: "Time since the end was asked for, logarithmic",
    admitted: "let in",
    refused: "refused, 401",
    way: "Way",
    let_in: "Let in after the end",
    last_let_in: "Last one let in after",
    refused_from: "Refused from",
    not_yet: "until the last is let in",
    until_last: "until the last was let in · {n, plural, one {# in all} other {# in all}}",
    still: "still let in",
    still_until: "still let in · until {until} at the latest",
    left_until: "when you stopped · good until {until} at the latest",
    words_before: "{way}: not measured yet.",
    words_open: "{way}: still let in {length} after the end was asked for.",
    words_over: "{way}: let in until {length} after the end was asked for, refused from then on.",
    finding:
      "The cookie was let in for {cookie}, the token with the feed for {feed}. By its signature alone the same token is still let in, until {until} at the latest.",
    finding_over:
      "The cookie was let in for {cookie}, the token with the feed for {feed}, and by its signature alone for {signature}.",
    foot_before:
      "The clock starts before the end is asked for, so no figure flatters anybody. The last lane takes as long as a token lives: start Vestibule with VESTIBULE_TOKEN_LIFETIME=1m for a shorter wait.",
    foot: "Tokens of {life} · {n, plural, one {# request} other {# requests}} · measured from before the end was asked for. The shaded stretch is the time in which an ended session still opened the door.",
    happened: "What happened in this run",
    asked: "Vestibule was asked to sign the person out.",
    answered:
      "Vestibule answered: the row was deleted, that was committed, and this replica had heard of it.",
    closed_live: "The person’s open page was told that the session had ended, and why.",
    closed_downstream: "A stream from the service, open through Vestibule, was cut.",
    last_cookie: "The last request by cookie was let in.",
    last_feed: "The last request by token was let in where the feed is followed.",
    last_signature: "The last request by token was let in where only the signature is checked.",
    first_refused_cookie: "The first request by cookie was refused.",
    first_refused_feed: "The first token was refused where the feed is followed.",
    first_refused_signature: "The first token was refused where only the signature is checked.",
    expires: "The token expires.",
    leeway_over: "The 30 seconds by which clocks may differ are over too. Nobody gets in any more.",
  },
  cost: {
    tab: "What it costs",
    choose:
      "Judge by what it costs to know who asks: a session found in memory, a signature checked, or a row looked up in the database each time. A request by cookie goes through Vestibule as well: that hop costs something too, and is shown.",
    title: "What it costs to know who asks",
    about:
      "The same service is asked in four ways, in turn, one request at a time. The first way goes through Vestibule, a hop more; the others ask the service itself.",
    chart: "How long requests took, as a histogram for each way",
    p50: "Half are quicker than",
    p90: "9 of 10 are quicker than",
    p99: "99 of 100 are quicker than",
    counted: "Requests",
    not_yet: "half of the requests are quicker",
    half: "half are quicker · 99 of 100 within {p99}",
    words: "{way}: half of the requests took less than {p50}, 99 of 100 less than {p99}.",
    axis: "Milliseconds from request to answer, logarithmic; the bars count requests",
    foot_before: "200 requests of each way.",
    foot: "{n, number} requests of each way, after {warm, number} that are not counted. This machine does other things too: compare within a run.",
    finding: "Knowing who asks took {cookie} by cookie, and {signature} by signature. {hop}",
    finding_lookup:
      "Knowing who asks took {cookie} by cookie, {signature} by signature, and {lookup} with a look-up. {hop}",
    finding_times:
      "Knowing who asks took {cookie} by cookie, {signature} by signature, and {lookup} with a look-up: {times} times as long as the slower of the two. {hop}",
    finding_hop:
      "Whole requests, at the median: {through} by cookie, which has the hop through Vestibule, and {straight} by signature, straight to the service.",
    parts: "Where the time goes, at the median",
    part_who: "knowing who asks",
    part_service: "the service behind Vestibule",
    part_rest: "the way there and back",
    part_words: "{way}: {length} to know who asks.",
    parts_text:
      "From Server-Timing of the answers: finding the session and its token, checking the signature, or the look-up. In this run Vestibule found a session {cached, number} times in memory and {asked, number} times in the database, other people’s requests included. Behind Vestibule the service checks the token once more, which is part of its time.",
  },
  scale: {
    tab: "How it scales",
    choose:
      "“Tokens, because sessions don’t scale” is true of a look-up for each request. Sessions in memory, with a word to every replica when one ends, ask the database for next to nothing.",
    title: "What a look-up for each request costs the database",
    about:
      "What one look-up costs is measured here and now. What many replicas and sessions would ask for is worked out from that, and marked.",
    rate: "Requests a second, each replica",
    sessions: "Sessions in use",
    replicas: "Replicas",
    cached: "Finding a session in memory",
    cached_more: "at the median, as Vestibule itself says",
    lookup: "Looking one up in the database",
    lookup_more: "at the median, one after the other, by its key",
    bears: "Look-ups that this database bears",
    bears_before: "the most that it answers, as more and more ask at once",
    bears_more: "the most that it answered, with up to {n, number} asking at once",
    per_second: "a second",
    foot: "Measured on this machine, where the database, Vestibule and the lab share the cores.",
    by_replicas: "Statements a second, as replicas grow",
    by_sessions: "Statements a second, as sessions grow",
    simulated: "Worked out",
    unit: "Statements a second that the database is asked for",
    with_lookup: "a look-up for each request",
    with_cache: "sessions kept in memory",
    bears_line: "what this database bears",
    words:
      "{title}: at {by}, {lookup} with a look-up for each request, {cache} with sessions kept in memory.",
    finding:
      "At {replicas, number} replicas, a look-up for each request asks the database for {lookup} statements a second, sessions kept in memory for {cache}. This database bears {bears}.",
    formula_replicas:
      "Look-up: replicas × requests a second + writes. Memory: replicas × sessions ÷ 12 h + writes, and what does not fit into 128 MiB a replica (131,072 sessions) is looked up. Writes: each session in use once a minute, at most.",
    formula_sessions:
      "The same formulas with 4 replicas. Beyond 131,072 sessions the default memory of a replica is full: more of it, or fewer sessions for each replica, keeps the curve down.",
    bandwidth: "What travels with each request",
    header: "Header",
    bytes: "Bytes",
    kbit: "kbit/s for one replica",
    bandwidth_text:
      "The bytes are measured, the rate is worked out: requests a second × bytes × 8. Within a data centre a token’s size hardly matters; on a phone, with each picture and each call, it does.",
  },
  theft: {
    tab: "Theft",
    choose:
      "Choose by what a thief could take along. From a browser: nothing, when it holds a cookie that no script can read. From a client of its own: a refresh token that works once. From a service: a token for that service, for minutes.",
    title: "What a thief gets out of it",
    about:
      "The lab plays the client and the thief, with a throw-away person. What is stolen is shown by its digest alone: no token reaches this page.",
    who_client: "Client",
    who_thief: "Thief",
    who_vestibule: "Vestibule",
    who_person: "Person",
    refresh: "A refresh token is copied",
    refresh_question: "The thief keeps a copy, waits, and shows it when the client has gone on without it.",
    refresh_finding:
      "Showing the used token ended the session for both: {length} later the client’s access token was refused too.",
    refresh_text:
      "A refresh token works once. For ten seconds the newest used one gets the same successor again, since an answer may have been lost: a thief that quick shares the family, until one of the two comes back with a used one. Then it ends, and the person’s activity says why.",
    database: "A row is copied out of the database",
    database_question: "The thief reads what the database keeps of a session, and tries each door with it.",
    database_finding:
      "It opened none of {n, plural, one {# door} other {# doors}}. The person is still signed in, and nothing has to be changed.",
    database_text: "Only the SHA-256 of a session secret is stored. From it nobody can make the cookie.",
    no_database: "The lab was not told where the database is: nothing to copy from.",
    token: "A token is read on its way",
    token_question: "The thief reads it without any key, shows it as it is, and then changes what it says.",
    token_finding:
      "Anyone who sees a token can read it, so nothing secret belongs in it. Changed, it was refused. As it is, it opens the one service that it is for, for minutes.",
    token_text:
      "A JWT is signed, not sealed. Vestibule’s tokens hold no password, no address and no name unless a service asks for them, are good for one audience, and never reach a browser.",
    did_signed_in: "is approved by the person, and gets its first refresh token, <code>{digest}</code>.",
    did_copied: "copies the refresh token <code>{digest}</code>.",
    did_refreshed: "shows <code>{digest}</code>, and gets its successor <code>{successor}</code>.",
    did_refreshed_in_vain: "shows <code>{digest}</code>, which was good until now.",
    did_asked_api: "asks the service, with its access token <code>{digest}</code>.",
    did_replayed: "shows the copy, <code>{digest}</code>: it was used before.",
    did_recorded: "has noted for the person that a used refresh token came back.",
    did_no_database: "has no database to copy from.",
    did_copied_row: "copies the key of the person’s session: <code>{digest}…</code>",
    did_tried_cookie: "sends it as the session cookie.",
    did_tried_bearer: "sends it as an access token.",
    did_tried_refresh: "sends it as a refresh token.",
    did_still_in: "goes on as if nothing had happened.",
    did_decoded: "decodes the token <code>{digest}</code>, without any key.",
    did_shown_as_it_is: "shows it as it is to the service that it is for.",
    did_made_administrator: "writes “admin” into its roles, and shows that to the service.",
    did_shown_elsewhere: "shows it, unchanged, at the public door.",
  },
  anatomy: {
    tab: "One request",
    choose:
      "You need not choose one for everything. A cookie where there is a browser, a token where there is a service, and one place between them that can end both.",
    title: "One request, hop by hop",
    about:
      "A request with the session cookie is sent twice through Vestibule. What is shown was seen at its two ends, or comes from Server-Timing.",
    finding:
      "The first request took {first}, the one right after it {again}: session and token were remembered.",
    foot: "Header values that would give something away are described instead of shown.",
    pass_first: "First",
    pass_again: "Again",
    from_cache: "from memory",
    from_database: "from the database",
    from_cached: "used again",
    from_issued: "signed anew",
    forged: "made up by the lab, to see it taken out",
    cookie: "<code>{name}</code>, {n, number} characters, digest <code>{digest}</code>",
    sent: "The browser sends it",
    sent_text: "With the cookie, and no token: there is none in the page.",
    sent_refused: "With a cookie and a token at once:",
    cross_site: "Is it from our own pages?",
    cross_site_text: "Decided before anything is looked up, from Sec-Fetch-Site, Origin or X-CSRF.",
    cross_site_refused: "Sent by another site:",
    session: "Whose session is it?",
    session_text:
      "The cookie’s SHA-256 is looked up, in memory first. Both limits are judged here, each time.",
    session_refused: "Without a cookie:",
    route: "Where does it go?",
    route_text:
      "To a service that the configuration lists, by name. Methods, paths and roles are judged here.",
    route_refused: "To a service that nobody listed:",
    token: "The session becomes a token",
    token_text: "Signed for this one service, good for minutes, and used again while it is fresh.",
    token_refused: "That token, shown at the public door:",
    downstream: "The service checks it",
    downstream_text: "Signature, issuer, audience, times, and with the feed whether the session has ended.",
    downstream_refused: "Asked directly, with the cookie in place of the token:",
    downstream_missing: "Did not arrive as it was sent: <code>{names}</code>.",
    answer: "The answer comes back",
    answer_text:
      "Streamed. It runs on our origin, so what could act there is taken out, and a sandbox is put round it.",
    answer_missing: "The service sent these, and the browser does not get them: <code>{names}</code>.",
  },
  choose: {
    title: "When to choose which",
    open: "Still open for",
    costs: "Costs",
    run: "You run",
    cookie: {
      text: "For your own app in a browser. There is nothing to set up: every request passes Vestibule, and Vestibule knows.",
      open: "the requests that are being answered",
      costs: "microseconds from memory, no database",
      run: "nothing more",
    },
    feed: {
      text: "For services where “out” must mean out: money, personal data, exports that run for an hour. Say what happens when the feed is silent: refuse, or go on.",
      open: "milliseconds",
      costs: "one open connection for each instance",
      run: "our verifier, in Go",
    },
    signature: {
      text: "For what may be minutes late: catalogues, reports, a partner’s service in any language. Choose the life of the token as the time you can live with.",
      open: "up to the token’s life, and 30 s of leeway",
      costs: "nothing between key changes",
      run: "any JOSE library",
    },
  },
  practice: {
    title: "What goes wrong in practice",
    guard: "Here:",
    passwords: {
      what: "Passwords in tokens",
      why: "A JWT is only encoded. Whoever sees it in a log, a cache or a browser reads all of it.",
      guard:
        "the claims are a fixed list. No password and no secret is ever among them; an address or a name only for a service whose configuration asks for it.",
    },
    long_lived: {
      what: "Tokens that live for days",
      why: "A signature can’t be taken back. A copied token opens the door until it expires, whatever has become of its person.",
      guard:
        "access tokens live 1 to 15 minutes, and the configuration refuses more. They never outlive their session, and the feed ends them with it.",
    },
    no_tls: {
      what: "No TLS on the way",
      why: "A cookie and a bearer token are as good as a password to whoever can listen.",
      guard:
        "a public address without https is refused unless it is this very machine, cookies are Secure with the prefix __Host-, and plain http to a service elsewhere has to be asked for by name.",
    },
    local_storage: {
      what: "Tokens in localStorage",
      why: "Any script in the page can read it, and send it away. It then works from anywhere, with the page closed.",
      guard:
        "no token reaches the browser. The cookie is HttpOnly, so a script can use it while the page is open and never take it along.",
    },
    audience: {
      what: "Tokens that are good everywhere",
      why: "A service that gets your token can use it at all the others, and so can whoever breaks into it.",
      guard:
        "each service gets a token for its own audience alone, and the verifier refuses any other. Public doors take none of them.",
    },
  },
} as const;
