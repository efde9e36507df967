/** The links and forms of a page. Pure. */
import type { Element } from "./html.ts";

export interface Link {
  /** Absolute. */
  readonly href: string;
  /** Following it changes nothing: it is a link, or a form that is submitted by GET. */
  readonly safe: boolean;
  /** The page marks it with `rel=noreferrer`, as all links to other sites are. */
  readonly markedExternal: boolean;
}

/**
 * @param all the elements of the page
 * @param url the address of the page
 */
export const linksOf = (all: readonly Element[], url: string): readonly Link[] =>
  all.flatMap(({ tag, attributes }): readonly Link[] => {
    const [href, action] = [attributes.get("href"), attributes.get("action")];
    if (tag === "a" && href !== undefined)
      return [
        {
          href: new URL(href, url).href,
          safe: true,
          markedExternal: (attributes.get("rel") ?? "").includes("noreferrer"),
        },
      ];
    if (tag !== "form" || action === undefined) return [];
    const isGet = (attributes.get("method") ?? "get").toLowerCase() === "get";
    // An empty action is the page's own address.
    return [{ href: new URL(action, url).href, safe: isGet, markedExternal: false }];
  });
