/** Sorts the pages of an application into kinds, so that a crawl can look at a few of each. */
import { proxy } from "./endpoints.ts";

const matches = (pattern: string, pathname: string): boolean => {
  const [expected, actual] = [pattern.split("/"), pathname.split("/")];
  return expected.length === actual.length && expected.every((segment, i) => segment === "*" || segment === actual[i]);
};

/**
 * The kind of a page: the known path that matches, or else the path itself with `*` for numbers and keys. So a link to a new
 * route is a new kind by itself, and nobody has to list it. A page with a query is of another kind than the same page without.
 */
export function kindOf(path: string, known: readonly string[]): string {
  const { pathname, search } = new URL(path, proxy);
  const route =
    known.find((pattern) => matches(pattern, pathname)) ??
    pathname.replaceAll(/\/(?:\d+|[0-9a-f-]{12,})(?=\/|$)/gu, "/*");
  return search === "" ? route : `${route}?`;
}

/** The paths that are still to be visited: each once, and at most so many of a kind. */
export function createQueue(known: readonly string[], maxOfAKind: (kind: string) => number) {
  const waiting: string[] = [];
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return {
    add(path: string): void {
      if (seen.has(path)) return;
      seen.add(path);
      const kind = kindOf(path, known);
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count <= maxOfAKind(kind)) waiting.push(path);
    },
    next: (): string | undefined => waiting.shift(),
    length: (): number => waiting.length,
  };
}
