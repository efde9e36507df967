/** What the tests read of a page's text. The pages are ours and well-formed: no parser is needed for their tags. */

export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const tags = /<([a-z][a-z0-9-]*)((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*\/?>/giu;
const attribute = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/gu;
const unseen = /<!--.*?-->|(<script\b[^>]*>).*?<\/script>/gisu;

export const elements = (html: string): readonly Element[] =>
  [...html.replaceAll(unseen, "$1").matchAll(tags)].map(([, tag = "", rest = ""]) => ({
    tag: tag.toLowerCase(),
    attributes: new Map(
      [...rest.matchAll(attribute)].map(([, name = "", double, single, bare]) => [
        name.toLowerCase(),
        decode(double ?? single ?? bare ?? ""),
      ]),
    ),
  }));

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

const decode = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/giu, (whole, hex: string, decimal: string, name: string) =>
    hex
      ? String.fromCodePoint(Number.parseInt(hex, 16))
      : decimal
        ? String.fromCodePoint(Number(decimal))
        : (entities[name] ?? whole),
  );

/** An attribute of every element with one of these tags that has it. */
export const valuesOf = (html: string, attributeName: string, ...tagNames: readonly string[]): readonly string[] =>
  elements(html).flatMap(({ tag, attributes }) => {
    const value = attributes.get(attributeName);
    return tagNames.includes(tag) && value !== undefined ? [value] : [];
  });

/** Who a page says that it is of. */
export const applicationName = (html: string): string | undefined =>
  elements(html)
    .find(({ tag, attributes }) => tag === "meta" && attributes.get("name") === "application-name")
    ?.attributes.get("content");

/** The files that a page asks for. */
export const filesOf = (html: string): readonly string[] => [
  ...new Set(
    [...valuesOf(html, "href", "link"), ...valuesOf(html, "src", "script", "img")].filter(
      (address) => !address.startsWith("data:"),
    ),
  ),
];

export const styleSheets = (html: string): readonly string[] =>
  elements(html).flatMap(({ tag, attributes }) =>
    tag === "link" && attributes.get("rel") === "stylesheet" ? [attributes.get("href") ?? ""] : [],
  );

/** Every field of a page's forms as they would be sent unchanged, buttons and boxes that are not ticked aside. */
export function fieldsOf(html: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  let select = "";
  for (const { tag, attributes } of elements(html)) {
    const [name, value] = [attributes.get("name") ?? "", attributes.get("value") ?? ""];
    const kind = attributes.get("type") ?? "text";
    if (tag === "select") select = name;
    else if (tag === "option" && attributes.has("selected")) fields.set(select, value);
    else if (tag === "input" && name !== "" && !["submit", "button", "checkbox", "radio", "file"].includes(kind))
      fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

/** The value of a form's field: the first of this name that is not switched off. */
export const fieldOf = (html: string, name: string): string => {
  const found = elements(html).find(
    ({ tag, attributes }) => tag === "input" && attributes.get("name") === name && !attributes.has("disabled"),
  );
  const value = found?.attributes.get("value");
  if (value === undefined) throw new Error(`The page has no field ${name}`);
  return value;
};
