/**
 * The public contract, as types. Made from openapi.yaml by `npm run contract`: change that, never this.
 */

export interface paths {
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account, and sign in with it.
         * @description Limited per network address.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in.
         * @description Ends the session that the cookie names, if any. The answer to a wrong address or a wrong password is
         *     the same, in the same words and the same time, whether or not there is such an account. Attempts
         *     are limited per account and per network address.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove again that it is you.
         * @description What answers 401 `step_up_required` can be repeated after this. The session goes on under a new
         *     session secret. Attempts are limited.
         */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say who is signed in.
         * @description It never slides the session.
         */
        get: operations["session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell an open tab when its session ends.
         * @description Server-sent events. `event: ended` comes the moment the session ends, by whatever way, with the
         *     reason as its data; then the stream closes. Comments in between show that it lives. A stream that
         *     closes without `ended` says nothing about the session: connect again. It never slides the session.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all my sessions, of both kinds. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * End all my sessions but this one.
         * @description It needs a fresh proof.
         */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{sid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of my sessions.
         * @description It needs a fresh proof.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change my password.
         * @description All my other sessions end, those of clients too, and this one goes on under a new session secret.
         *     A wrong current password counts as an attempt.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List my audit events, newest first. */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/{downstream}": {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                /** @description The downstream's name in the configuration. */
                downstream: components["parameters"]["Downstream"];
            };
            cookie?: never;
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        options: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        head: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        trace?: never;
    };
    "/api/{downstream}/{path}": {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                /** @description The downstream's name in the configuration. */
                downstream: components["parameters"]["Downstream"];
                /**
                 * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                 *     byte. It may be empty.
                 */
                path: string;
            };
            cookie?: never;
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        put: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        delete: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        options: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        head: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        /**
         * Pass a request on to a downstream.
         * @description The session is exchanged for a token that is good for this downstream alone, and the request is
         *     passed on with it, body and answer streamed both ways. A WebSocket upgrade is passed on too. All of
         *     it is closed when the session ends.
         *
         *     The answer is the downstream's own, with `Content-Security-Policy: sandbox` put in: that tells it
         *     from an answer of Vestibule's, which never has it. `Set-Cookie`, `Service-Worker-Allowed`,
         *     `Clear-Site-Data` and CORS headers are taken out, and a `Location` on the downstream's own origin is
         *     rewritten to `/api/{downstream}/…`.
         *
         *     Whether a request slides the session is declared per downstream and path.
         */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                    "X-CSRF"?: components["parameters"]["CSRF"];
                    /** @description `none`: this request is not a person's doing, and does not slide the session. */
                    "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                    /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                    "X-Vestibule-User"?: components["parameters"]["ShownUser"];
                };
                path: {
                    /** @description The downstream's name in the configuration. */
                    downstream: components["parameters"]["Downstream"];
                    /**
                     * @description What the downstream is asked for: everything that follows, slashes and query included, byte for
                     *     byte. It may be empty.
                     */
                    path: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                400: components["responses"]["UnreadablePath"];
                401: components["responses"]["UnauthenticatedOrStale"];
                /**
                 * @description It came from another site; or the downstream is not open to this role or this client, or not at
                 *     this path; or what it answers would run as a worker.
                 */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "csrf_rejected" | "forbidden";
                        };
                    };
                };
                /** @description There is no such downstream. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "unknown_downstream";
                        };
                    };
                };
                /** @description The downstream does not take this method. */
                405: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "method_not_allowed";
                        };
                    };
                };
                413: components["responses"]["TooLarge"];
                429: components["responses"]["TooManyAtOnce"];
                431: components["responses"]["HeadTooLarge"];
                500: components["responses"]["InternalError"];
                /** @description The downstream can't be reached, or its answer can't be passed on. */
                502: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "bad_gateway";
                        };
                    };
                };
                /**
                 * @description The database can't be reached, or no token can be signed, or too many requests to this downstream
                 *     are under way.
                 */
                503: {
                    headers: {
                        "Retry-After": components["headers"]["RetryAfter"];
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "database_unavailable" | "signing_key_unavailable" | "busy";
                        };
                    };
                };
                /** @description The downstream did not answer in time. */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"] & {
                            /** @enum {unknown} */
                            code?: "gateway_timeout";
                        };
                    };
                };
                /** @description The downstream's own answer. */
                default: {
                    headers: {
                        /** @description So that a browser takes it for data, and never for a page. */
                        "Content-Security-Policy"?: "sandbox";
                        /** @description On this origin, or on one that the configuration lists for this downstream. */
                        Location?: string;
                        /** @description Where the time went, `session`, `token` and `upstream`: in development, or for administrators. */
                        "Server-Timing"?: string;
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        trace?: never;
    };
    "/oauth/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask a person for a code, by their browser.
         * @description RFC 6749, 4.1.1, with PKCE (RFC 7636), S256 only. A document navigation only: a script, a frame or
         *     an image gets 403. It leads on: to the approval page, `/account/authorize`, with the same parameters;
         *     to that page with `problem`, where it is not known who asks, or where to; or back to the client,
         *     with `error`, `iss` (RFC 9207) and `state`.
         */
        get: operations["authorize"];
        put?: never;
        /**
         * Say yes or no to a client that asks by this browser.
         * @description What the approval page sends: the parameters of the authorization request as JSON. Without `approve`
         *     it asks what there is to approve. With `approve: true` it needs a proof in this very request, so that
         *     a script that got into the page can't let a client in.
         */
        post: operations["approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/device_authorization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in on a device without a browser.
         * @description RFC 8628, 3.1. Limited per network address.
         */
        post: operations["beginDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say yes or no to a device that shows a code.
         * @description What the page `/account/device` sends. Without `approve` it asks who waits for the code. With
         *     `approve: true` it needs a proof in this very request. Guesses are limited.
         */
        post: operations["approveDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an access token.
         * @description RFC 6749, RFC 8628 and RFC 7636. The access token is for `/api` of this server alone. A refresh token
         *     works once; a used one that comes back ends the session, but for ten seconds from its first use, in
         *     which the newest used one gets the same successor again.
         */
        post: operations["token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up a token, and end the session that it is of.
         * @description RFC 7009. It ends the session, whichever of its tokens is shown. What is no token of ours, or not any
         *     more, is none to revoke: 200 all the same.
         */
        post: operations["revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say how everything does.
         * @description It never slides the session. Samples are of 5 seconds each, summed over all replicas, and kept for an
         *     hour.
         */
        get: operations["adminOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search people, the newest first. */
        get: operations["adminUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show somebody. */
        get: operations["adminUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a role, or disable or enable an account.
         * @description It needs a fresh proof.
         */
        patch: operations["adjustUser"];
        trace?: never;
    };
    "/admin/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End all sessions of somebody.
         * @description Of one's own, all but this one. It needs a fresh proof.
         */
        delete: operations["adminEndUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search everyone's sessions, the newest first. */
        get: operations["adminSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sessions/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End many sessions.
         * @description Those that are named, or all that a filter finds, or all. Where it is not named, the administrator's own
         *     current session stays. It needs a fresh proof.
         */
        post: operations["adminEndMany"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/sessions/{sid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session of anyone.
         * @description It needs a fresh proof.
         */
        delete: operations["adminEndSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the signing keys, the newest first. */
        get: operations["adminKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish the next signing key.
         * @description It signs in a while, once everyone has read it. Of one that is compromised, the key leaves at once. It
         *     needs a fresh proof.
         */
        post: operations["rotateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/downstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say how the downstreams are configured, and how they do.
         * @description How they do is what this replica has seen of real requests in the last five minutes.
         */
        get: operations["adminDownstreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search everyone's audit events, the newest first. */
        get: operations["adminEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export audit events as a file.
         * @description It needs a fresh proof, which no navigation can give: a page asks first. It is an audit event itself.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say what this authorization server does.
         * @description RFC 8414. Good for five minutes (`Cache-Control`).
         */
        get: operations["metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Publish the public halves of the signing keys.
         * @description RFC 7517. Good for five minutes (`Cache-Control`).
         */
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: date-time
         * @description RFC 3339, UTC.
         */
        Time: string;
        ClearedCookie: string;
        /** @enum {string} */
        Role: "user" | "admin";
        /**
         * @description Of a person's browser, or of a client that acts for a person.
         * @enum {string}
         */
        SessionKind: "browser" | "client";
        /**
         * @description Why a session ended. `reuse`: a used refresh token came back. `deleted`: by an operator, in the
         *     database. `expired`, of one that reached a limit, is told to open tabs only.
         * @enum {string}
         */
        Reason: "signed_out" | "ended_by_user" | "ended_by_admin" | "password_changed" | "account_changed" | "reuse" | "suspicious" | "deleted" | "expired";
        User: {
            /** Format: uuid */
            id: string;
            email: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        OwnSession: {
            /**
             * Format: uuid
             * @description The public identifier of a session. It opens nothing.
             */
            sid: string;
            kind: components["schemas"]["SessionKind"];
            created_at: components["schemas"]["Time"];
            /** @description When it was used last, to a minute. */
            last_seen_at: components["schemas"]["Time"];
            /** @description When it ends if it is not used. */
            idle_expires_at: components["schemas"]["Time"];
            /** @description When it ends in any case. */
            absolute_expires_at: components["schemas"]["Time"];
            /** @description When the person last proved who they are. */
            auth_time: components["schemas"]["Time"];
            /** @description How (RFC 8176); `pwd` is by password. */
            amr: string[];
            /** @description How surely; `aal1` is by password alone. */
            acr: string;
        };
        /** @description Who is signed in, and by which session. */
        Who: {
            user: components["schemas"]["User"];
            session: components["schemas"]["OwnSession"];
        };
        EndedEvent: {
            reason: components["schemas"]["Reason"];
        };
        /** @description What a session was made with, in words that a person knows. Never a raw user agent. */
        Device: {
            /** @description Empty where it is not known. */
            browser: string;
            /** @description Empty where it is not known. */
            os: string;
            /** @enum {string} */
            type: "desktop" | "phone" | "tablet" | "client" | "unknown";
        };
        Session: {
            /** Format: uuid */
            sid: string;
            kind: components["schemas"]["SessionKind"];
            /** @description Whether it is the one that asks. */
            current: boolean;
            device: components["schemas"]["Device"];
            /** @description The network address that it was made at. */
            ip: string;
            /** @description Empty for kind `browser`. */
            client_id: string;
            /** @description What people call the client. Empty for kind `browser`. */
            client_name: string;
            /** @description Whether "keep me signed in" was asked for. */
            remember: boolean;
            created_at: components["schemas"]["Time"];
            last_seen_at: components["schemas"]["Time"];
            idle_expires_at: components["schemas"]["Time"];
            absolute_expires_at: components["schemas"]["Time"];
        };
        SessionList: {
            sessions: components["schemas"]["Session"][];
        };
        EndedCount: {
            /** @description How many sessions have ended. */
            ended: number;
        };
        /** @description What happened, as `noun.past`. New ones may come. */
        EventName: string;
        /**
         * @description What else there is to say of an event; which members there are depends on its name, and more may
         *     come. Of `session.ended`, the session that ended: its device, kind and client, and the reason. Of
         *     `sessions.ended`, how many, `n`.
         */
        EventDetail: {
            n?: number;
            reason?: string;
            device?: components["schemas"]["Device"];
            kind?: components["schemas"]["SessionKind"];
            client_id?: string;
            client_name?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description One line of the append-only account of what happened. */
        Event: {
            id: string;
            at: components["schemas"]["Time"];
            name: components["schemas"]["EventName"];
            /**
             * Format: uuid
             * @description The session that it concerns; null for none.
             */
            sid: string | null;
            /** @description The network address that it was done from. Empty where there was none. */
            ip: string;
            /** @description What it was done with. */
            device: components["schemas"]["Device"];
            detail: components["schemas"]["EventDetail"];
        };
        EventList: {
            events: components["schemas"]["Event"][];
            /** @description Where there is more, what goes into `before`. */
            next: string | null;
        };
        Registration: {
            /** @description An address of at most 254 bytes. Upper and lower case are the same. */
            email: string;
            /**
             * @description 15 to 128 characters. Refused are the most used ones, what is made of one's own name or address,
             *     and what repeats or counts up a few characters; there are no other rules.
             */
            password: string;
            /** @description At most 100 characters, none of them a control character. */
            name: string;
        };
        SignIn: {
            email: string;
            password: string;
            /**
             * @description Keep me signed in.
             * @default false
             */
            remember: boolean;
        };
        Proof: {
            password: string;
        };
        PasswordChange: {
            current_password: string;
            /** @description By the rules of a new account's; not the current one. */
            new_password: string;
        };
        /** @description The SHA-256 of the code verifier, base64url (RFC 7636, 4.2). */
        CodeChallenge: string;
        /** @description The parameters of an authorization request (RFC 6749, 4.1.1), as the client sent them. */
        AuthorizationRequest: {
            /** @description `code`. */
            response_type: string;
            client_id: string;
            redirect_uri: string;
            code_challenge: string;
            /** @description `S256`. */
            code_challenge_method: string;
            state?: string;
            /** @description There are none. One that is not empty is refused. */
            scope?: string;
            /** @description There are none. One that is not empty is refused. */
            resource?: string;
        };
        /** @description Asks what there is to approve. */
        AuthorizationQuestion: components["schemas"]["AuthorizationRequest"];
        AuthorizationApproval: components["schemas"]["AuthorizationRequest"] & components["schemas"]["Approval"];
        AuthorizationDenial: components["schemas"]["AuthorizationRequest"] & components["schemas"]["Denial"];
        Approval: {
            /** @constant */
            approve: true;
            /** @description The proof. */
            password: string;
        };
        Denial: {
            /** @constant */
            approve: false;
        };
        Client: {
            id: string;
            name: string;
            /** @description Whether it has a secret. */
            confidential: boolean;
        };
        /** @description The limits of the session that the client would get. */
        ClientLimits: {
            idle_days: number;
            absolute_days: number;
        };
        /** @description What a client asks for that sent this browser here. */
        AskedHere: {
            client: components["schemas"]["Client"];
            downstreams: components["schemas"]["DownstreamNames"];
            /** @description Where the browser goes on to. */
            redirect_to_host: string;
            ip: string;
            device: components["schemas"]["Device"];
            session: components["schemas"]["ClientLimits"];
        };
        /** @description What a client asks for on a device that shows a code. */
        AskedByDevice: {
            client: components["schemas"]["Client"];
            downstreams: components["schemas"]["DownstreamNames"];
            ip: string;
            device: components["schemas"]["Device"];
            asked_at: components["schemas"]["Time"];
            expires_at: components["schemas"]["Time"];
            session: components["schemas"]["ClientLimits"];
        };
        /** @description The names of the downstreams that the client may call. */
        DownstreamNames: string[];
        RedirectTo: {
            /**
             * @description The client's redirect URI, with `code`, or `error` and `error_description`; with `iss` (RFC 9207),
             *     and `state` where the client sent one.
             */
            redirect_to: string;
        };
        /** @description Asks who waits for the code. */
        DeviceQuestion: components["schemas"]["UserCode"];
        DeviceApproval: components["schemas"]["UserCode"] & components["schemas"]["Approval"];
        DeviceDenial: components["schemas"]["UserCode"] & components["schemas"]["Denial"];
        UserCode: {
            /** @description Eight letters. Case, spaces and hyphens do not matter. */
            user_code: string;
        };
        ClientInForm: {
            client_id?: string;
            client_secret?: string;
        };
        DeviceAuthorizationRequest: components["schemas"]["ClientInForm"];
        /** @description RFC 8628, 3.2. */
        DeviceAuthorization: {
            device_code: string;
            user_code: string;
            /** Format: uri */
            verification_uri: string;
            /** Format: uri */
            verification_uri_complete: string;
            /** @description Seconds. */
            expires_in: number;
            /** @description The least number of seconds between two polls. */
            interval: number;
        };
        TokenRequest: components["schemas"]["CodeGrant"] | components["schemas"]["DeviceCodeGrant"] | components["schemas"]["RefreshTokenGrant"] | components["schemas"]["ClientCredentialsGrant"];
        CodeGrant: components["schemas"]["ClientInForm"] & {
            /** @constant */
            grant_type: "authorization_code";
            code: string;
            redirect_uri: string;
            code_verifier: string;
        };
        DeviceCodeGrant: components["schemas"]["ClientInForm"] & {
            /** @constant */
            grant_type: "urn:ietf:params:oauth:grant-type:device_code";
            device_code: string;
        };
        RefreshTokenGrant: components["schemas"]["ClientInForm"] & {
            /** @constant */
            grant_type: "refresh_token";
            refresh_token: string;
        };
        ClientCredentialsGrant: components["schemas"]["ClientInForm"] & {
            /** @constant */
            grant_type: "client_credentials";
        };
        /** @description RFC 6749, 5.1. */
        TokenAnswer: {
            access_token: string;
            /** @constant */
            token_type: "Bearer";
            /** @description Seconds. */
            expires_in: number;
            /** @description Where the client may refresh. It works once. */
            refresh_token?: string;
        };
        RevocationRequest: components["schemas"]["ClientInForm"] & {
            /** @description A refresh token, or an access token. */
            token: string;
            /** @description Not needed. */
            token_type_hint?: string;
        };
        /** @description RFC 8414. Introspection is left out, since it is on the internal listener. */
        Metadata: {
            /** Format: uri */
            issuer: string;
            /** Format: uri */
            authorization_endpoint: string;
            /** Format: uri */
            token_endpoint: string;
            /** Format: uri */
            device_authorization_endpoint: string;
            /** Format: uri */
            revocation_endpoint: string;
            /** Format: uri */
            jwks_uri: string;
            response_types_supported: string[];
            response_modes_supported: string[];
            grant_types_supported: string[];
            code_challenge_methods_supported: string[];
            token_endpoint_auth_methods_supported: string[];
            revocation_endpoint_auth_methods_supported: string[];
            authorization_response_iss_parameter_supported: boolean;
        };
        JWKS: {
            keys: components["schemas"]["JWK"][];
        };
        /** @description The public half of a signing key (RFC 7517), of one of three kinds. */
        JWK: {
            kid: string;
            /** @enum {string} */
            kty: "EC" | "OKP" | "RSA";
            /** @enum {string} */
            alg: "ES256" | "EdDSA" | "RS256";
            /** @constant */
            use: "sig";
            crv?: string;
            x?: string;
            y?: string;
            n?: string;
            e?: string;
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @constant */
            type: "about:blank";
            /** @description What the status means. */
            title: string;
            status: number;
            /** @description Stable, for programs. Each operation lists its own. */
            code: string;
            /** @description A sentence for people. */
            detail: string;
            /** @description The request's name in all logs. */
            request_id: string;
        };
        UnreadableProblem: components["schemas"]["Problem"] & {
            /** @enum {unknown} */
            code?: "malformed_request" | "ambiguous_credentials";
        };
        /** @description The problem document that names fields. */
        InvalidProblem: {
            type: components["schemas"]["Problem"]["type"];
            title: components["schemas"]["Problem"]["title"];
            status: components["schemas"]["Problem"]["status"];
            /** @enum {unknown} */
            code: "validation_failed";
            detail: components["schemas"]["Problem"]["detail"];
            request_id: components["schemas"]["Problem"]["request_id"];
            fields: components["schemas"]["FieldFault"][];
        };
        /** @description One input that broke a rule. */
        FieldFault: {
            /** @description Its name, as the caller wrote it. */
            field: string;
            rule: components["schemas"]["FieldRule"];
            /** @description A sentence for people. */
            message: string;
        };
        /**
         * @description The rule that was broken; stable, for programs.
         * @enum {string}
         */
        FieldRule: "required" | "unknown" | "duplicate" | "type" | "utf8" | "range" | "too_short" | "too_long" | "syntax" | "characters" | "unchanged" | "choice" | "one_of" | "uuid" | "time" | "duration" | "address" | "cursor" | "name" | "own_email" | "own_name" | "service_name" | "repetitive" | "common";
        /** @description The problem document that asks for a proof (after RFC 9470), and says which one would do. */
        StepUpProblem: {
            type: components["schemas"]["Problem"]["type"];
            title: components["schemas"]["Problem"]["title"];
            status: components["schemas"]["Problem"]["status"];
            /** @enum {unknown} */
            code: "step_up_required";
            detail: components["schemas"]["Problem"]["detail"];
            request_id: components["schemas"]["Problem"]["request_id"];
            /** @description How sure the proof must be. */
            acr: string;
            /** @description How many seconds old it may be. */
            max_age: number;
        };
        /** @description An error as OAuth's clients expect it (RFC 6749, 5.2). */
        OAuthError: {
            /** @description Stable, for programs. Each operation lists its own. */
            error: string;
            /** @description A sentence for people. */
            error_description: string;
        };
        /** @description A whole number with a unit, such as `30m`, `12h` or `7d`. */
        Duration: string;
        /** @description Where there is more, what goes into `after`; otherwise empty. */
        Next: string;
        /** @description How many match, counted to 100,000. */
        Total: number;
        /** @description Whom a row is about. Of somebody whose account is gone, only the id is known. */
        Person: {
            /** Format: uuid */
            id: string;
            email: string;
            name: string;
        };
        Overview: {
            now: components["schemas"]["Time"];
            users: number;
            sessions: {
                browser: number;
                client: number;
            };
            replicas: components["schemas"]["Replica"][];
            /** @description How many seconds a sample is of. */
            step: number;
            samples: components["schemas"]["Sample"][];
            /** @description Sessions that ended before their time in the last 24 hours, by reason. */
            ended: {
                reason: components["schemas"]["Reason"];
                n: number;
            }[];
        };
        Replica: {
            name: string;
            /** @description When it last wrote a sample. */
            at: components["schemas"]["Time"];
        };
        /** @description What all replicas counted in one step. */
        Sample: {
            at: components["schemas"]["Time"];
            /** @description Null where nobody counted. */
            sessions_browser: number | null;
            /** @description Null where nobody counted. */
            sessions_client: number | null;
            sign_ins: number;
            sign_in_failures: number;
            /** @description Requests that went on with a downstream's token. */
            exchanges: number;
            lookups_cache: number;
            lookups_database: number;
            lookups_refused: number;
            revocations: number;
            /** @description From the end to a replica's knowing of it, the worst replica's; null where nothing ended. */
            revocation_delay_p50_ms: number | null;
            revocation_delay_p99_ms: number | null;
        };
        OverseenUser: {
            /** Format: uuid */
            id: string;
            email: string;
            name: string;
            role: components["schemas"]["Role"];
            disabled_at: components["schemas"]["Time"] | null;
            created_at: components["schemas"]["Time"];
            last_seen_at: components["schemas"]["Time"] | null;
            /** @description How many live. */
            sessions: number;
        };
        OverseenUserList: {
            users: components["schemas"]["OverseenUser"][];
            next: components["schemas"]["Next"];
            total: components["schemas"]["Total"];
            /** @description Whether there are more than `total`. */
            total_capped: boolean;
        };
        OverseenUserAnswer: {
            user: components["schemas"]["OverseenUser"];
        };
        /** @description What is left out stays as it is. */
        Adjustment: {
            role?: components["schemas"]["Role"];
            disabled?: boolean;
        };
        OverseenSession: {
            /** Format: uuid */
            sid: string;
            kind: components["schemas"]["SessionKind"];
            user: components["schemas"]["Person"];
            current: boolean;
            device: components["schemas"]["Device"];
            ip: string;
            client_id: string;
            client_name: string;
            remember: boolean;
            created_at: components["schemas"]["Time"];
            last_seen_at: components["schemas"]["Time"];
            idle_expires_at: components["schemas"]["Time"];
            absolute_expires_at: components["schemas"]["Time"];
        };
        OverseenSessionList: {
            sessions: components["schemas"]["OverseenSession"][];
            next: components["schemas"]["Next"];
            total: components["schemas"]["Total"];
            /** @description Whether there are more than `total`. */
            total_capped: boolean;
        };
        SessionsToEnd: components["schemas"]["NamedSessions"] | components["schemas"]["FoundSessions"] | components["schemas"]["AllSessions"];
        NamedSessions: {
            sids: string[];
            /** @description Not needed. */
            expected?: number;
        };
        FoundSessions: {
            filter: components["schemas"]["SessionFilter"];
            expected: components["schemas"]["ExpectedCount"];
        };
        AllSessions: {
            /** @constant */
            all: true;
            expected: components["schemas"]["ExpectedCount"];
        };
        /** @description How many the page has shown. */
        ExpectedCount: number;
        /** @description As the parameters of the search. One at least. */
        SessionFilter: {
            user?: string;
            q?: string;
            ip?: string;
            device?: string;
            kind?: string;
            older_than?: string;
            idle_for?: string;
        };
        /** @description The problem document that says how many it would be. */
        ChangedProblem: {
            type: components["schemas"]["Problem"]["type"];
            title: components["schemas"]["Problem"]["title"];
            status: components["schemas"]["Problem"]["status"];
            /** @enum {unknown} */
            code: "changed_meanwhile";
            detail: components["schemas"]["Problem"]["detail"];
            request_id: components["schemas"]["Problem"]["request_id"];
            now: number;
        };
        Key: {
            kid: string;
            /** @enum {string} */
            alg: "ES256" | "EdDSA" | "RS256";
            /**
             * @description `next`: published, to sign later. `signing`: all new tokens. `published`: it signs no more, and
             *     tokens of it may still be valid. `retired`: out of the JWKS, its last token has expired.
             *     `revoked`: out of the JWKS before that.
             * @enum {string}
             */
            state: "next" | "signing" | "published" | "retired" | "revoked";
            created_at: components["schemas"]["Time"];
            signs_from: components["schemas"]["Time"];
            signs_until: components["schemas"]["Time"] | null;
            /** @description When it leaves the JWKS, as things stand, or did. */
            leaves_at: components["schemas"]["Time"] | null;
        };
        KeyList: {
            keys: components["schemas"]["Key"][];
        };
        Rotation: {
            /** @description The `kid` of a key that is to leave at once. */
            compromised?: string;
        };
        OverseenDownstream: {
            name: string;
            /** @description Without a user or a password. */
            url: string;
            audience: string;
            /** @description All that its tokens carry. */
            claims: string[];
            /** @description Whom it is open to; empty for everyone. */
            roles: string[];
            /** @description How many seconds old the last proof may be; null for any. */
            step_up_max_age: number | null;
            /** @description Empty for all. */
            methods: string[];
            /** @description Prefixes; empty for all. */
            paths: string[];
            /** @description Prefixes of what is not a person's doing. */
            passive: string[];
            /** @description Other origins that its `Location` may name. */
            redirects: string[];
            /** @description Of a request, in bytes. */
            max_body: number;
            header_timeout_ms: number;
            idle_timeout_ms: number;
            /** @description How many requests and streams are under way. */
            open: number;
            /** @description Whose view this is. */
            replica: string;
            health: components["schemas"]["Health"];
        };
        /** @description What this replica has seen in the last five minutes. */
        Health: {
            /**
             * @description `unknown` where nobody asked.
             * @enum {string}
             */
            state: "up" | "slow" | "down" | "unknown";
            since: components["schemas"]["Time"] | null;
            last_error: string | null;
            requests: number;
            failures: number;
            p50_ms: number | null;
            p99_ms: number | null;
        };
        DownstreamList: {
            downstreams: components["schemas"]["OverseenDownstream"][];
        };
        PersonOrNobody: components["schemas"]["Person"] | null;
        ToldEvent: {
            id: string;
            at: components["schemas"]["Time"];
            name: components["schemas"]["EventName"];
            /** @description Who did it. */
            actor: components["schemas"]["PersonOrNobody"];
            /** @description Whom it concerns. */
            user: components["schemas"]["PersonOrNobody"];
            /** Format: uuid */
            sid: string | null;
            ip: string;
            device: components["schemas"]["Device"];
            request_id: string;
            detail: components["schemas"]["EventDetail"];
        };
        ToldEventList: {
            events: components["schemas"]["ToldEvent"][];
            next: components["schemas"]["Next"];
        };
        /** @description A line of the export. It alone has the raw user agent. */
        ExportedEvent: {
            id: string;
            at: components["schemas"]["Time"];
            name: components["schemas"]["EventName"];
            /** @description Who did it. */
            actor: components["schemas"]["PersonOrNobody"];
            /** @description Whom it concerns. */
            user: components["schemas"]["PersonOrNobody"];
            /** Format: uuid */
            sid: string | null;
            ip: string;
            device: components["schemas"]["Device"];
            request_id: string;
            detail: components["schemas"]["EventDetail"];
            user_agent: string;
        };
    };
    responses: {
        /** @description Signed in, with a new session. */
        SignedIn: {
            headers: {
                "Set-Cookie": components["headers"]["SessionCookie"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Who"];
            };
        };
        /** @description The request can't be read, or carries the cookie and a bearer token. */
        Unreadable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnreadableProblem"];
            };
        };
        /**
         * @description The request can't be read, or carries the cookie and a bearer token, or its path could be read in two
         *     ways.
         */
        UnreadablePath: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "malformed_request" | "ambiguous_credentials" | "path_refused";
                };
            };
        };
        /**
         * @description The request can't be read, or its body is not one well-formed JSON object, or its path could be read
         *     in two ways, or it carries the cookie and a bearer token.
         */
        UnreadableBodyOrPath: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "malformed_request" | "malformed_json" | "ambiguous_credentials" | "path_refused";
                };
            };
        };
        /**
         * @description The request can't be read, or its body is not one well-formed JSON object, or it carries the cookie
         *     and a bearer token.
         */
        UnreadableBody: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "malformed_request" | "malformed_json" | "ambiguous_credentials";
                };
            };
        };
        /** @description There is no live session. */
        Unauthenticated: {
            headers: {
                "WWW-Authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unauthenticated";
                };
            };
        };
        /** @description There is no live session, or its proof is not fresh enough for this. */
        UnauthenticatedOrStale: {
            headers: {
                "WWW-Authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": (components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unauthenticated";
                }) | components["schemas"]["StepUpProblem"];
            };
        };
        /** @description The password is wrong, or there is no live session. */
        NotProved: {
            headers: {
                "WWW-Authenticate": components["headers"]["Challenge"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "invalid_credentials" | "unauthenticated";
                };
            };
        };
        /** @description It came from another site, or can't show that it came from this one. */
        CrossSite: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "csrf_rejected";
                };
            };
        };
        /** @description It came from another site, or you are no administrator. */
        NotAdministrator: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "csrf_rejected" | "forbidden";
                };
            };
        };
        /** @description There is none, or it is not yours. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "not_found";
                };
            };
        };
        /** @description The body is larger than is taken here. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "body_too_large";
                };
            };
        };
        /** @description The body is not JSON, or does not say so. */
        NotJSON: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "unsupported_media_type";
                };
            };
        };
        /** @description Some fields need another value; all of them are named. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidProblem"];
            };
        };
        /** @description Too many attempts. */
        RateLimited: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "rate_limited";
                };
            };
        };
        /** @description This session has too many requests and streams under way at once. */
        TooManyAtOnce: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "rate_limited";
                };
            };
        };
        /** @description The head of the request is over 16 KiB. */
        HeadTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "head_too_large";
                };
            };
        };
        /** @description Something went wrong on our side. The log has it under the `request_id`. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "internal_error";
                };
            };
        };
        /** @description The database can't be reached just now. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database_unavailable";
                };
            };
        };
        /** @description The database can't be reached just now, or too many passwords are being checked. */
        UnavailableOrBusy: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "database_unavailable" | "busy";
                };
            };
        };
        /** @description There is no such client, or it has not shown that it is the one. */
        InvalidClient: {
            headers: {
                "WWW-Authenticate": "Basic realm=\"vestibule\", charset=\"UTF-8\"";
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"] & {
                    /** @enum {unknown} */
                    error?: "invalid_client";
                };
            };
        };
        /** @description The form is over 64 KiB. */
        FormTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"] & {
                    /** @enum {unknown} */
                    error?: "invalid_request";
                };
            };
        };
        /** @description Something went wrong on our side. */
        ServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"] & {
                    /** @enum {unknown} */
                    error?: "server_error";
                };
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "internal_error";
                };
            };
        };
        /** @description The database can't be reached, or no token can be signed. Nothing was used up. */
        TemporarilyUnavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"] & {
                    /** @enum {unknown} */
                    error?: "temporarily_unavailable";
                };
            };
        };
    };
    parameters: {
        /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
        CSRF: "1";
        /** @description `none`: this request is not a person's doing, and does not slide the session. */
        Activity: "none";
        /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
        ShownUser: string;
        /** @description The downstream's name in the configuration. */
        Downstream: string;
        Limit: number;
        /** @description The `next` of the page before; left out, the list begins at its beginning. */
        After: string;
        /** @description An address, or a network such as `192.0.2.0/24`. */
        Address: string;
    };
    requestBodies: never;
    headers: {
        /** @description The session secret; with `Max-Age` only where "keep me signed in" was asked for. */
        SessionCookie: string;
        /** @description The cookie, cleared. */
        ClearedCookie: components["schemas"]["ClearedCookie"];
        /** @description In how many seconds another try makes sense. */
        RetryAfter: number;
        /** @description What would be taken (RFC 9110, 15.5.2). */
        Challenge: string;
    };
    pathItems: never;
}
export type Time = components['schemas']['Time'];
export type ClearedCookie = components['schemas']['ClearedCookie'];
export type Role = components['schemas']['Role'];
export type SessionKind = components['schemas']['SessionKind'];
export type Reason = components['schemas']['Reason'];
export type User = components['schemas']['User'];
export type OwnSession = components['schemas']['OwnSession'];
export type Who = components['schemas']['Who'];
export type EndedEvent = components['schemas']['EndedEvent'];
export type Device = components['schemas']['Device'];
export type Session = components['schemas']['Session'];
export type SessionList = components['schemas']['SessionList'];
export type EndedCount = components['schemas']['EndedCount'];
export type EventName = components['schemas']['EventName'];
export type EventDetail = components['schemas']['EventDetail'];
export type Event = components['schemas']['Event'];
export type EventList = components['schemas']['EventList'];
export type Registration = components['schemas']['Registration'];
export type SignIn = components['schemas']['SignIn'];
export type Proof = components['schemas']['Proof'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type CodeChallenge = components['schemas']['CodeChallenge'];
export type AuthorizationRequest = components['schemas']['AuthorizationRequest'];
export type AuthorizationQuestion = components['schemas']['AuthorizationQuestion'];
export type AuthorizationApproval = components['schemas']['AuthorizationApproval'];
export type AuthorizationDenial = components['schemas']['AuthorizationDenial'];
export type Approval = components['schemas']['Approval'];
export type Denial = components['schemas']['Denial'];
export type Client = components['schemas']['Client'];
export type ClientLimits = components['schemas']['ClientLimits'];
export type AskedHere = components['schemas']['AskedHere'];
export type AskedByDevice = components['schemas']['AskedByDevice'];
export type DownstreamNames = components['schemas']['DownstreamNames'];
export type RedirectTo = components['schemas']['RedirectTo'];
export type DeviceQuestion = components['schemas']['DeviceQuestion'];
export type DeviceApproval = components['schemas']['DeviceApproval'];
export type DeviceDenial = components['schemas']['DeviceDenial'];
export type UserCode = components['schemas']['UserCode'];
export type ClientInForm = components['schemas']['ClientInForm'];
export type DeviceAuthorizationRequest = components['schemas']['DeviceAuthorizationRequest'];
export type DeviceAuthorization = components['schemas']['DeviceAuthorization'];
export type TokenRequest = components['schemas']['TokenRequest'];
export type CodeGrant = components['schemas']['CodeGrant'];
export type DeviceCodeGrant = components['schemas']['DeviceCodeGrant'];
export type RefreshTokenGrant = components['schemas']['RefreshTokenGrant'];
export type ClientCredentialsGrant = components['schemas']['ClientCredentialsGrant'];
export type TokenAnswer = components['schemas']['TokenAnswer'];
export type RevocationRequest = components['schemas']['RevocationRequest'];
export type Metadata = components['schemas']['Metadata'];
export type Jwks = components['schemas']['JWKS'];
export type Jwk = components['schemas']['JWK'];
export type Problem = components['schemas']['Problem'];
export type UnreadableProblem = components['schemas']['UnreadableProblem'];
export type InvalidProblem = components['schemas']['InvalidProblem'];
export type FieldFault = components['schemas']['FieldFault'];
export type FieldRule = components['schemas']['FieldRule'];
export type StepUpProblem = components['schemas']['StepUpProblem'];
export type OAuthError = components['schemas']['OAuthError'];
export type Duration = components['schemas']['Duration'];
export type Next = components['schemas']['Next'];
export type Total = components['schemas']['Total'];
export type Person = components['schemas']['Person'];
export type Overview = components['schemas']['Overview'];
export type Replica = components['schemas']['Replica'];
export type Sample = components['schemas']['Sample'];
export type OverseenUser = components['schemas']['OverseenUser'];
export type OverseenUserList = components['schemas']['OverseenUserList'];
export type OverseenUserAnswer = components['schemas']['OverseenUserAnswer'];
export type Adjustment = components['schemas']['Adjustment'];
export type OverseenSession = components['schemas']['OverseenSession'];
export type OverseenSessionList = components['schemas']['OverseenSessionList'];
export type SessionsToEnd = components['schemas']['SessionsToEnd'];
export type NamedSessions = components['schemas']['NamedSessions'];
export type FoundSessions = components['schemas']['FoundSessions'];
export type AllSessions = components['schemas']['AllSessions'];
export type ExpectedCount = components['schemas']['ExpectedCount'];
export type SessionFilter = components['schemas']['SessionFilter'];
export type ChangedProblem = components['schemas']['ChangedProblem'];
export type Key = components['schemas']['Key'];
export type KeyList = components['schemas']['KeyList'];
export type Rotation = components['schemas']['Rotation'];
export type OverseenDownstream = components['schemas']['OverseenDownstream'];
export type Health = components['schemas']['Health'];
export type DownstreamList = components['schemas']['DownstreamList'];
export type PersonOrNobody = components['schemas']['PersonOrNobody'];
export type ToldEvent = components['schemas']['ToldEvent'];
export type ToldEventList = components['schemas']['ToldEventList'];
export type ExportedEvent = components['schemas']['ExportedEvent'];
export type ResponseSignedIn = components['responses']['SignedIn'];
export type ResponseUnreadable = components['responses']['Unreadable'];
export type ResponseUnreadablePath = components['responses']['UnreadablePath'];
export type ResponseUnreadableBodyOrPath = components['responses']['UnreadableBodyOrPath'];
export type ResponseUnreadableBody = components['responses']['UnreadableBody'];
export type ResponseUnauthenticated = components['responses']['Unauthenticated'];
export type ResponseUnauthenticatedOrStale = components['responses']['UnauthenticatedOrStale'];
export type ResponseNotProved = components['responses']['NotProved'];
export type ResponseCrossSite = components['responses']['CrossSite'];
export type ResponseNotAdministrator = components['responses']['NotAdministrator'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseTooLarge = components['responses']['TooLarge'];
export type ResponseNotJson = components['responses']['NotJSON'];
export type ResponseInvalid = components['responses']['Invalid'];
export type ResponseRateLimited = components['responses']['RateLimited'];
export type ResponseTooManyAtOnce = components['responses']['TooManyAtOnce'];
export type ResponseHeadTooLarge = components['responses']['HeadTooLarge'];
export type ResponseInternalError = components['responses']['InternalError'];
export type ResponseUnavailable = components['responses']['Unavailable'];
export type ResponseUnavailableOrBusy = components['responses']['UnavailableOrBusy'];
export type ResponseInvalidClient = components['responses']['InvalidClient'];
export type ResponseFormTooLarge = components['responses']['FormTooLarge'];
export type ResponseServerError = components['responses']['ServerError'];
export type ResponseTemporarilyUnavailable = components['responses']['TemporarilyUnavailable'];
export type ParameterCsrf = components['parameters']['CSRF'];
export type ParameterActivity = components['parameters']['Activity'];
export type ParameterShownUser = components['parameters']['ShownUser'];
export type ParameterDownstream = components['parameters']['Downstream'];
export type ParameterLimit = components['parameters']['Limit'];
export type ParameterAfter = components['parameters']['After'];
export type ParameterAddress = components['parameters']['Address'];
export type HeaderSessionCookie = components['headers']['SessionCookie'];
export type HeaderClearedCookie = components['headers']['ClearedCookie'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type HeaderChallenge = components['headers']['Challenge'];
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            201: components["responses"]["SignedIn"];
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["Unauthenticated"];
            /** @description It came from another site, or new accounts are not open to everyone here. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "csrf_rejected" | "registration_closed";
                    };
                };
            };
            /** @description There is an account with this address already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "email_taken";
                    };
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["NotProved"];
            403: components["responses"]["CrossSite"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. What it had under way is closed, on every replica. */
            204: {
                headers: {
                    "Set-Cookie": components["headers"]["ClearedCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["CrossSite"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proof"];
            };
        };
        responses: {
            /** @description Proved. */
            204: {
                headers: {
                    "Set-Cookie": components["headers"]["SessionCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["NotProved"];
            403: components["responses"]["CrossSite"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person, and this session with its two limits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Who"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["CrossSite"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream is open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["CrossSite"];
            429: components["responses"]["TooManyAtOnce"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that live, the one that was used last first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["CrossSite"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They have ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedCount"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["CrossSite"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    /** @description Where it was this one, the cookie is cleared. */
                    "Set-Cookie"?: components["schemas"]["ClearedCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UnreadablePath"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["CrossSite"];
            404: components["responses"]["NotFound"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description It is changed. */
            204: {
                headers: {
                    "Set-Cookie": components["headers"]["SessionCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["NotProved"];
            403: components["responses"]["CrossSite"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Only events of these names: at most 20, with commas between them. `sign_in.*` is all of a noun. */
                name?: string;
                /** @description The `next` of the page before; left out, the list begins with the newest. */
                before?: number;
                limit?: number;
            };
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["CrossSite"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    authorize: {
        parameters: {
            query: {
                response_type: "code";
                client_id: string;
                /** @description One of the client's. On loopback, any port (RFC 8252, 7.3). */
                redirect_uri: string;
                code_challenge: components["schemas"]["CodeChallenge"];
                code_challenge_method: "S256";
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where to go on. */
            303: {
                headers: {
                    Location: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Unreadable"];
            403: components["responses"]["CrossSite"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
        };
    };
    approve: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthorizationQuestion"] | components["schemas"]["AuthorizationApproval"] | components["schemas"]["AuthorizationDenial"];
            };
        };
        responses: {
            /** @description What there is to approve; or, once it is decided, where to go on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskedHere"] | components["schemas"]["RedirectTo"];
                };
            };
            /**
             * @description The request can't be read; or no client of ours can have sent this browser here
             *     (`unknown_client`, `unknown_redirect_uri`); or its request is not as it must be, and it can be
             *     told so (RFC 6749, 4.1.2.1).
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "malformed_request" | "malformed_json" | "ambiguous_credentials" | "unknown_client" | "unknown_redirect_uri" | "unsupported_response_type" | "invalid_request" | "invalid_scope" | "invalid_target";
                    };
                };
            };
            401: components["responses"]["NotProved"];
            403: components["responses"]["CrossSite"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    beginDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["DeviceAuthorizationRequest"];
            };
        };
        responses: {
            /** @description What the device shows, and what it polls with. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceAuthorization"];
                };
            };
            /** @description The request is not as it must be, or this client may not ask this way. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "invalid_request" | "invalid_scope" | "unauthorized_client";
                    };
                    "application/problem+json": components["schemas"]["UnreadableProblem"];
                };
            };
            401: components["responses"]["InvalidClient"];
            413: components["responses"]["FormTooLarge"];
            /** @description Too many devices have begun at this network address. */
            429: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "temporarily_unavailable";
                    };
                };
            };
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["TemporarilyUnavailable"];
        };
    };
    approveDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceQuestion"] | components["schemas"]["DeviceApproval"] | components["schemas"]["DeviceDenial"];
            };
        };
        responses: {
            /** @description What there is to approve. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskedByDevice"];
                };
            };
            /** @description It is decided. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["NotProved"];
            403: components["responses"]["CrossSite"];
            /** @description There is no such code, or it has expired, or was used. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unknown_code";
                    };
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["RateLimited"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["UnavailableOrBusy"];
        };
    };
    token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token, or the tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            /**
             * @description The request is not as it must be; or the client may not have this grant; or what it shows is not
             *     good, or not any more. A device that polls goes on for `authorization_pending` and, five seconds
             *     slower, for `slow_down`.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "invalid_request" | "invalid_grant" | "invalid_scope" | "unauthorized_client" | "unsupported_grant_type" | "authorization_pending" | "slow_down" | "access_denied" | "expired_token";
                    };
                    "application/problem+json": components["schemas"]["UnreadableProblem"];
                };
            };
            401: components["responses"]["InvalidClient"];
            413: components["responses"]["FormTooLarge"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["TemporarilyUnavailable"];
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description It opens nothing any more. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not as it must be, or the token is another client's, or can't be revoked. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "invalid_request" | "invalid_grant" | "unsupported_token_type";
                    };
                    "application/problem+json": components["schemas"]["UnreadableProblem"];
                };
            };
            401: components["responses"]["InvalidClient"];
            413: components["responses"]["FormTooLarge"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["ServerError"];
            503: components["responses"]["TemporarilyUnavailable"];
        };
    };
    adminOverview: {
        parameters: {
            query?: {
                /** @description Gives only newer samples. Left out, those of the last 15 minutes; at most those of the last hour. */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures of now, and samples of the time before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminUsers: {
        parameters: {
            query?: {
                /** @description What the address, or a word of the name, begins with. */
                q?: string;
                role?: components["schemas"]["Role"];
                disabled?: "true" | "false";
                limit?: components["parameters"]["Limit"];
                /** @description The `next` of the page before; left out, the list begins at its beginning. */
                after?: components["parameters"]["After"];
            };
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverseenUserList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverseenUserAnswer"];
                };
            };
            400: components["responses"]["UnreadablePath"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            404: components["responses"]["NotFound"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adjustUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Adjustment"];
            };
        };
        responses: {
            /** @description The person as they are now. What they were signed in with has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverseenUserAnswer"];
                };
            };
            400: components["responses"]["UnreadableBodyOrPath"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            404: components["responses"]["NotFound"];
            /** @description This is the last administrator. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "last_admin";
                    };
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminEndUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They have ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedCount"];
                };
            };
            400: components["responses"]["UnreadablePath"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            404: components["responses"]["NotFound"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminSessions: {
        parameters: {
            query?: {
                user?: string;
                /** @description What the address of its user, or a word of their name, begins with. */
                q?: string;
                /** @description An address, or a network such as `192.0.2.0/24`. */
                ip?: components["parameters"]["Address"];
                /** @description A word of the browser or of the system, as the list names them. */
                device?: string;
                kind?: components["schemas"]["SessionKind"];
                /** @description Made longer ago than this. */
                older_than?: components["schemas"]["Duration"];
                /** @description Not used for longer than this. */
                idle_for?: components["schemas"]["Duration"];
                limit?: components["parameters"]["Limit"];
                /** @description The `next` of the page before; left out, the list begins at its beginning. */
                after?: components["parameters"]["After"];
            };
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverseenSessionList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminEndMany: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionsToEnd"];
            };
        };
        responses: {
            /** @description They have ended. */
            200: {
                headers: {
                    /** @description Where this one was named, the cookie is cleared. */
                    "Set-Cookie"?: components["schemas"]["ClearedCookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedCount"];
                };
            };
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            /** @description Many more would end than were shown: beyond 1 %, or 10 where that is more. None has. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ChangedProblem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminEndSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path: {
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    /** @description Where it was this one, the cookie is cleared. */
                    "Set-Cookie"?: components["schemas"]["ClearedCookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UnreadablePath"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            404: components["responses"]["NotFound"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminKeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that there ever were. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateKeys: {
        parameters: {
            query?: never;
            header?: {
                /** @description A sign that the request comes from here, where the browser sends neither Sec-Fetch-Site nor Origin. */
                "X-CSRF"?: components["parameters"]["CSRF"];
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description All keys, as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["UnreadableBody"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            /** @description There is no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "key_not_found";
                    };
                };
            };
            /** @description The next key waits already, or the compromised one has left already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "key_waiting" | "key_out";
                    };
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotJSON"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminDownstreams: {
        parameters: {
            query?: never;
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownstreamList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    adminEvents: {
        parameters: {
            query?: {
                /** @description The name of an event, or, as in `session.*`, of all of a noun. */
                name?: string;
                /** @description Whom it concerns. */
                user?: string;
                /** @description Who did it. */
                actor?: string;
                sid?: string;
                /** @description An address, or a network such as `192.0.2.0/24`. */
                ip?: components["parameters"]["Address"];
                /** @description Not before this. */
                from?: string;
                /** @description Before this. */
                to?: string;
                limit?: components["parameters"]["Limit"];
                /** @description The `next` of the page before; left out, the list begins at its beginning. */
                after?: components["parameters"]["After"];
            };
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToldEventList"];
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["NotAdministrator"];
            422: components["responses"]["Invalid"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportEvents: {
        parameters: {
            query: {
                format: "csv" | "jsonl";
                /** @description The name of an event, or, as in `session.*`, of all of a noun. */
                name?: string;
                /** @description Whom it concerns. */
                user?: string;
                /** @description Who did it. */
                actor?: string;
                sid?: string;
                /** @description An address, or a network such as `192.0.2.0/24`. */
                ip?: components["parameters"]["Address"];
                /** @description Not before this. */
                from?: string;
                /** @description Before this. */
                to?: string;
            };
            header?: {
                /** @description `none`: this request is not a person's doing, and does not slide the session. */
                "X-Vestibule-Activity"?: components["parameters"]["Activity"];
                /** @description The id of the user whom the page shows. Where the session is another user's, who has signed in in another tab meanwhile, the request is refused as if there were none. */
                "X-Vestibule-User"?: components["parameters"]["ShownUser"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description All that matched when it began, the newest first, as they are read. It breaks off when the session
             *     ends. CSV is RFC 4180, with a head; a field that a spreadsheet would take for a formula begins with
             *     an apostrophe.
             */
            200: {
                headers: {
                    "Content-Disposition": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/jsonl": string;
                };
            };
            400: components["responses"]["Unreadable"];
            401: components["responses"]["UnauthenticatedOrStale"];
            403: components["responses"]["NotAdministrator"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyAtOnce"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    metadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metadata"];
                };
            };
            400: components["responses"]["Unreadable"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
        };
    };
    jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys that verify, those that will sign next included. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jwk-set+json": components["schemas"]["JWKS"];
                };
            };
            400: components["responses"]["Unreadable"];
            431: components["responses"]["HeadTooLarge"];
            500: components["responses"]["InternalError"];
        };
    };
}
