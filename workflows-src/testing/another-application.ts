/** Catalogs for tests of what holds for any catalog. No value of them is taken from the real one, which may have any. */
import type { AppSpec, Catalog } from "../../apps/catalog.ts";

export const anotherName = "another-app";

export const another: AppSpec = {
  image: "another-image",
  title: "Another <&>",
  summary: "One more.",
  port: 8000,
  route: "/another/",
  publishedPort: 9002,
  replicas: 2,
  threads: 1,
  memory: 256,
  tests: ["test"],
};

export const neighborName = "neighbor-app";

/** The application that has its values already when the other one is added. */
export const neighbor: AppSpec = {
  ...another,
  image: "neighbor-image",
  title: "Neighbor",
  route: "/neighbor/",
  publishedPort: 9001,
};

export const withAnother = (changes: Partial<AppSpec> = {}, name: string = anotherName): Catalog => ({
  [neighborName]: neighbor,
  [name]: { ...another, ...changes },
});

/** What differs between applications: the values of the first, the second, and so on, and again from the beginning. */
const kinds: readonly Partial<AppSpec>[] = [
  { tests: ["test", "test-frontend"], dataPath: "/api/dashboard" },
  { payments: true, accounts: true, secretPaths: ["/orders/*"] },
  { route: null, moreConnections: 1 },
  { testSettings: { MESSAGES_PER_HOUR: "10" }, secretPaths: ["/contact/*"] },
  { port: 5000, accounts: true },
];

/** The ports from 9001 on, without that of Prometheus. */
const portAt = (index: number): number => 9001 + index + (index < 89 ? 0 : 1);

/** A catalog of any size that keeps the rules. Each application has one thread, because Postgres has a limit of connections. */
export const catalogOf = (count: number): Catalog =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const name = `${anotherName}-${index}`;
      const own = {
        image: `${name}-image`,
        title: `Another ${index}`,
        route: `/${name}/`,
        publishedPort: portAt(index),
        replicas: count < 10 ? 1 + (index % 2) : 1,
      } as const;
      const kind = kinds[index % kinds.length];
      return [name, { ...another, ...own, ...kind, ...(kind?.route === null ? { replicas: 1 } : {}) }];
    }),
  );
