/** The kinds of elements of a page. A page that contains no new kind of element looks like the pages before it. Pure. */
import type { Element } from "./html.ts";

/** The classes that a style sheet mentions. Another class, such as one made of a field's name, changes nothing that is seen. */
export const classesIn = (styleSheet: string): readonly string[] =>
  [...styleSheet.matchAll(/\.(-?[_a-z][\w-]*)/giu)].map(([, name = ""]) => name);

/**
 * An element's kind is its tag with its styled classes, those of everything around it, the names of its attributes, and its role
 * and type. It contains no text and no id, so pages of one template have the same kinds, whatever they show.
 * @param all the elements of the page, in their order
 * @param styled the classes that the page's style sheets mention
 */
export function elementKinds(all: readonly Element[], styled: ReadonlySet<string>): readonly string[] {
  const chains = new Map<Element, string>();
  return all.map((element) => {
    const { tag, attributes, parent } = element;
    const classes = (attributes.get("class") ?? "").split(/\s+/u).filter((name) => styled.has(name));
    const chain = `${(parent && chains.get(parent)) ?? ""}>${[tag, ...classes.toSorted()].join(".")}`;
    chains.set(element, chain);
    const own = [...attributes.keys(), attributes.get("role") ?? "", attributes.get("type") ?? ""];
    return `${chain}[${own.toSorted().join(" ")}]`;
  });
}
