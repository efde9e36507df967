/** The part of the proxy's configuration about its logs. Pure. */
import { type Catalog, prefixOf } from "../../apps/catalog.ts";

/** Requests whose path holds a key are logged with `*` in its place, at the route and at the own port alike. */
export const logging = (catalog: Catalog): string => {
  const secret = Object.values(catalog).flatMap((app) =>
    (app.secretPaths ?? []).map((path) => ({ prefix: prefixOf(app), start: path.slice(0, -1) })),
  );
  const patterns = secret.map(
    ({ prefix, start }) =>
      `        "~*(?s)^(?<logged_start>(?:${prefix})?${start})[^/]+(?<logged_end>.*)$" "$logged_start*$logged_end";\n`,
  );
  return `    # The key of a page that everybody with its address may see is not logged. The error log is off for requests, because it
    # would show their first lines and their referrers.
    map $uri $logged_path {
        default $uri;
${patterns.join("")}    }
    error_log /dev/stderr emerg;
    log_format json escape=json '{"time":"$time_iso8601","level":"info","app":"reverse-proxy","request_id":"$kept_request_id",'
        '"method":"$request_method","path":"$logged_path","status":$status,"ms":"$request_time","upstream":"$upstream_addr",'
        '"upstream_status":"$upstream_status","rate":"$limit_req_status","limit":"$limit_conn_status","client":"$remote_addr"}';
    access_log /dev/stdout json;
`;
};
