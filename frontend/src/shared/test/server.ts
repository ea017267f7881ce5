// biome-ignore lint/performance/noBarrelFile: the kit's tests and those of the pages share one stand-in for the server
export { cut, json, noContent, problem, serve, unauthenticated, who } from "../../../kit/test/server.ts";
