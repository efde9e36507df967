/** The answers of the reverse proxy itself: a page or JSON, for a request that reaches no application. Pure. */
import { type Catalog, prefixOf, routed } from "../../apps/catalog.ts";

/** Sent on https only, where the address is that of `TRUSTED_PROXIES`; nginx sends no header whose value is empty. */
export const security = "add_header Strict-Transport-Security $transport_security always;";

const style =
  ":root{color-scheme:light dark}body{margin:0;font:17px/1.55 Georgia,serif}main{max-width:36rem;margin:0 auto;padding:4rem 1rem}h1{font-size:1.6rem;line-height:1.2;margin:0 0 .6rem}p{margin:0}";

const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="application-name" content="reverse-proxy"><style>${style}</style>`;

const texts = {
  400: ["This request is not valid", "The proxy could not read it. Check the address, and try again."],
  404: ["There is no such page", "Check the address, or begin at the start page of this host."],
  413: ["This upload is too large", "The limit is 2 MB. Nothing was stored."],
  414: ["This address is too long", "Shorten it, and try again."],
  429: ["Too many requests", "Your network has sent more requests than one network may. Try again in a second."],
  431: ["The headers are too large", "Delete the cookies of this host in your browser, and try again."],
  502: [
    "The answer was interrupted",
    "The application may have done what you requested. Look before you send it again.",
  ],
  503: ["Busy at the moment", "Nothing was done. Try again in a few seconds."],
  504: ["No answer in time", "The application may have done what you requested. Look before you send it again."],
  own_port: ["This application has a port of its own", "It is port $own_port of this host."],
} as const;

/** Both stand between single quotes of nginx: variables are replaced in them, and they may hold no single quote. */
const page = (title: string, text: string): string =>
  `$page_head<title>${title}</title></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
/** The shape of the JSON errors of appkit. */
const json = (title: string, text: string): string => `{"detail":"${title}. ${text}"}`;

/** Below it, the applications answer errors in JSON whatever the client accepts (`appkit/django/middleware.py`). */
const api = "/api/";

/** Defines `$error_type`, and the text of each error: `$error_503`. */
export const errorVariables = (catalog: Catalog): string => `    map $server_port $page_head { default '${head}'; }

    # A client that accepts JSON and no page gets errors as JSON, as does each request to the API of an application.
    map $http_accept $accepted_format {
        default html;
        "~*text/html(?! *; *q=0)" html;
        "~*application/(?:[a-z0-9.-]+[+])?json" json;
    }

    map $request_uri $error_format {
        default $accepted_format;
${routed(catalog)
  .map(([, app]) => `        "~^(?:${prefixOf(app)})?${api}[^?]" json;\n`)
  .join("")}    }

    map $error_format $error_type {
        default "text/html; charset=utf-8";
        json application/json;
    }

${Object.entries(texts)
  .map(
    ([name, [title, text]]) => `    map $error_format $error_${name} {
        default '${page(title, text)}';
        json '${json(title, text)}';
    }
`,
  )
  .join("\n")}`;

/** Errors that occur before nginx has read the address: a location with a name would need one. */
const unreadable = { 400: 400, 414: 414, 494: 431 } as const;

/** The errors of a location of an application: one that states an error page inherits none, so all of them stand there. */
export const applicationErrors = [
  "error_page 413 @too_large;",
  "error_page 429 @too_many;",
  "error_page 503 @unavailable;",
] as const;

/** The errors of every server. */
export const serverErrors = [
  ...Object.entries(unreadable).map(([status, shown]) => `error_page ${status} =${shown} /proxy-errors/${shown};`),
  ...applicationErrors,
] as const;

/**
 * A location that answers with an error. `default_type` takes no variable, so it is emptied, and the header is added.
 * A level with headers of its own inherits none.
 */
export const errorLocation = (
  location: string,
  status: number,
  { name = String(status), before = [] }: { readonly name?: string; readonly before?: readonly string[] } = {},
): string => `
        location ${location} {
${[
  'default_type "";',
  "add_header Content-Type $error_type always;",
  "add_header Vary Accept always;",
  security,
  ...before,
  `return ${status} $error_${name};`,
]
  .map((line) => `            ${line}\n`)
  .join("")}        }
`;

/** The locations of every server that answer with an error. */
export const errorLocations = [
  ...Object.values(unreadable).map((status) =>
    errorLocation(`= /proxy-errors/${status}`, status, { before: ["internal;"] }),
  ),
  errorLocation("@too_large", 413),
  errorLocation("@too_many", 429, { before: ["add_header Retry-After 1 always;"] }),
  // If no replica received the request, or nginx is allowed to send it again, the client may do so, too.
  errorLocation("@unavailable", 503, {
    before: [
      "add_header Retry-After $retry_after always;",
      "if ($failed_at_replica = 504) { return 504 $error_504; }",
      "if ($failed_at_replica) { return 502 $error_502; }",
    ],
  }),
].join("");
