/** A catalog with one application more, for tests: whatever the real catalog holds, its values are free there. */
import { type AppSpec, type Catalog, catalog } from "../../apps/catalog.ts";

export const anotherName = "another-app";

export const another: AppSpec = {
  image: "another-image",
  title: "Another <&>",
  summary: "One more.",
  port: 8000,
  route: "/another/",
  publishedPort: Math.max(...Object.values(catalog).map(({ publishedPort }) => publishedPort)) + 1,
  replicas: 2,
  threads: 1,
  memory: 200,
  tests: ["test"],
};

export const withAnother = (changes: Partial<AppSpec> = {}, name: string = anotherName): Catalog => ({
  ...catalog,
  [name]: { ...another, ...changes },
});
