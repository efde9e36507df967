/** The links and forms of a rendered page. */
import type { Page } from "playwright-core";

export interface Link {
  /** Absolute. */
  readonly href: string;
  /** Following it changes nothing: it is a link, or a form that is submitted by GET. */
  readonly safe: boolean;
  /** The page marks it with `rel=noreferrer`, as all links to other sites are. */
  readonly markedExternal: boolean;
}

export const linksOf = async (page: Page): Promise<readonly Link[]> =>
  page.evaluate(() => [
    ...[...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href, rel }) => ({
      href,
      safe: true,
      markedExternal: rel.includes("noreferrer"),
    })),
    ...[...document.querySelectorAll<HTMLFormElement>("form[action]")].map((form) => ({
      href: form.action,
      safe: form.method === "get",
      markedExternal: false,
    })),
  ]);
