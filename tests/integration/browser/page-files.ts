/** The scripts, style sheets and images that the pages of a crawl name. */
import type { Page } from "playwright-core";
import { type Endpoint, isInside } from "../http/endpoints.ts";
import { timeoutMs } from "./chromium.ts";
import { classesIn } from "../http/element-kinds.ts";
import { filesOf } from "../http/html.ts";

export interface PageFiles {
  /** Requests those files of a page that no page before named. `added` tells whether one of them is a script or a style sheet. */
  readonly load: (
    html: string,
    url: string,
  ) => Promise<{ readonly findings: readonly string[]; readonly added: boolean }>;
  /** The classes that the style sheets so far mention. */
  readonly styledClasses: ReadonlySet<string>;
}

export function createPageFiles(page: Page, endpoint: Endpoint): PageFiles {
  const loaded = new Set<string>();
  const styledClasses = new Set<string>();
  const loadFile = async (url: string): Promise<{ readonly finding?: string; readonly added: boolean }> => {
    if (!isInside(endpoint, url)) return { finding: `names a file of another host: ${url}`, added: false };
    const response = await page.context().request.get(url, { timeout: timeoutMs });
    if (response.status() !== 200) return { finding: `status ${response.status()}: ${url}`, added: false };
    const type = response.headers()["content-type"] ?? "";
    if (type.startsWith("text/css")) classesIn(await response.text()).forEach((name) => styledClasses.add(name));
    return { added: /^text\/(?:css|javascript)/u.test(type) };
  };
  return {
    styledClasses,
    load: async (html, url) => {
      const added = filesOf(html).map((file) => new URL(file, url).href);
      const unseen = added.filter((file) => !loaded.has(file));
      unseen.forEach((file) => loaded.add(file));
      const results = await Promise.all(unseen.map(loadFile));
      return {
        findings: results.flatMap(({ finding }) => finding ?? []),
        added: results.some((result) => result.added),
      };
    },
  };
}
