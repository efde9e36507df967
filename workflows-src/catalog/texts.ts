/** The texts of an application, its paths, and its settings in the tests. Pure. */
import { settings } from "../stack/services.ts";
import { fakeStripeSettings } from "../stack/stripe.ts";
import { type Entry, type EntryRule, found } from "./entry.ts";

const line = (entry: Entry, field: "title" | "summary", most: number): readonly string[] => {
  const text: unknown = entry.app[field];
  return typeof text === "string" &&
    text.trim() === text &&
    text.length > 0 &&
    text.length <= most &&
    !/\p{Cc}/u.test(text)
    ? []
    : [found(entry, field, text, `use one line of 1 to ${most} letters, without space around it`)];
};

const paths: EntryRule = (entry) => [
  ...(entry.app.secretPaths ?? [])
    .filter((path) => !/^\/(?:[A-Za-z0-9_-]+\/)+\*$/u.test(path))
    .map((path) =>
      found(
        entry,
        "a path of secretPaths",
        path,
        "use letters, digits, dashes and underscores between slashes, and `*` at the end",
      ),
    ),
  ...[entry.app.dataPath ?? "/"]
    .filter((path) => !/^\/[A-Za-z0-9/_.-]*$/u.test(path))
    .map((path) => found(entry, "dataPath", path, "use a path without a query")),
];

/** The settings that the compose file itself sets, and those that the image does. */
const ownSettings = (entry: Entry): ReadonlySet<string> => {
  const app = { ...entry.app, payments: true as const };
  const own = Object.keys({ ...settings(entry.name, app, "demo", ""), ...fakeStripeSettings(entry.name, app) });
  return new Set([
    ...own.flatMap((name) => [name, `${name}_FILE`, name.replace(/_FILE$/u, "")]),
    "TRUSTED_PROXIES",
    "APP_NAME",
    "PORT",
    "PATH",
    "DJANGO_SETTINGS_MODULE",
  ]);
};

const testSettings: EntryRule = (entry) => {
  const own = ownSettings(entry);
  return Object.entries(entry.app.testSettings ?? {}).flatMap(([name, value]) => [
    ...(/^[A-Z][A-Z0-9_]*$/u.test(name)
      ? []
      : [found(entry, "a setting of testSettings", name, "use capital letters, digits and underscores")]),
    ...(own.has(name) ? [found(entry, "a setting of testSettings", name, "the stack sets it itself; remove it")] : []),
    ...(typeof value === "string" && value !== "" && !/[$\p{Cc}]/u.test(value)
      ? []
      : [
          found(
            entry,
            `testSettings.${name}`,
            value,
            "use a text without `$`, which compose would replace, and no empty one",
          ),
        ]),
  ]);
};

export const texts: EntryRule = (entry) => [
  ...line(entry, "title", 60),
  ...line(entry, "summary", 200),
  ...paths(entry),
  ...testSettings(entry),
  ...(entry.app.payments && entry.app.route === null
    ? [found(entry, "route", null, "Stripe reaches a shop through the proxy; add a route")]
    : []),
];
