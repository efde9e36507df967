/** The pages with which the reverse proxy itself answers a request that reaches no application. Pure. */

const style =
  ":root{color-scheme:light dark}body{margin:0;font:17px/1.55 Georgia,serif}main{max-width:36rem;margin:0 auto;padding:4rem 1rem}h1{font-size:1.6rem;line-height:1.2;margin:0 0 .6rem}p{margin:0}";

const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="application-name" content="reverse-proxy"><style>${style}</style>`;

/** One line for a string of nginx between single quotes: it may contain variables of nginx, but no quote. */
export const page = (title: string, text: string): string =>
  `$page_head<title>${title}</title></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;

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
} as const;

/** Defines the page of each status as a variable: `$page_503`. */
export const pageVariables = [
  ["head", head] as const,
  ...Object.entries(texts).map(([status, [title, text]]) => [status, page(title, text)] as const),
]
  .map(([name, html]) => `    map $server_port $page_${name} { default '${html}'; }\n`)
  .join("");

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

/** The locations of every server that show the pages. */
export const errorLocations = (security: string): string => `
${Object.values(unreadable)
  .map((status) => `        location = /proxy-errors/${status} { internal; return ${status} $page_${status}; }\n`)
  .join("")}
        location @too_large { return 413 $page_413; }

        location @too_many {
            add_header Retry-After 1 always;
            ${security}
            return 429 $page_429;
        }

        # No replica received the request, or nginx is allowed to send it again: the client may do so, too.
        location @unavailable {
            if ($failed_at_replica = 504) {
                return 504 $page_504;
            }
            if ($failed_at_replica) {
                return 502 $page_502;
            }
            add_header Retry-After $retry_after always;
            ${security}
            return 503 $page_503;
        }
`;
