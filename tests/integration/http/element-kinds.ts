/** The kinds of elements of a page. A page that contains no new kind of element looks like the pages before it. Pure. */
import type { Element } from "./html.ts";

/** The classes that a style sheet mentions. Another class, such as one made of a field's name, changes nothing that is seen. */
export const classesIn = (styleSheet: string): readonly string[] =>
  [...styleSheet.matchAll(/\.(-?[_a-z][\w-]*)/giu)].map(([, name = ""]) => name);

/** Attributes by which an element looks different, or is something else for a screen reader; their values count for the first two. */
const attributesOfAKind =
  /^(?:role|type|aria-.*|alt|colspan|disabled|for|href|lang|multiple|readonly|scope|src|tabindex|title)$/u;

/** Whether a visitor meets the element at all. */
const isPresent = ({ tag, attributes }: Element): boolean =>
  !["script", "style", "template"].includes(tag) && attributes.get("type") !== "hidden";

/**
 * The kinds of the elements in the body. An element's kind is its tag with its styled classes, those of everything around it, and
 * those of its attributes that matter. It contains no text and no id, so pages of one template have the same kinds, whatever they
 * show.
 * @param all the elements of the page, in their order
 * @param styled the classes that the page's style sheets mention
 */
export function elementKinds(all: readonly Element[], styled: ReadonlySet<string>): readonly string[] {
  const chains = new Map<Element, string>();
  return all.filter(isPresent).flatMap((element) => {
    const { tag, attributes, parent } = element;
    const classes = (attributes.get("class") ?? "").split(/\s+/u).filter((name) => styled.has(name));
    const outer = parent && chains.get(parent);
    if (outer === undefined && tag !== "body") return [];
    const chain = `${outer ?? ""}>${[tag, ...classes.toSorted()].join(".")}`;
    chains.set(element, chain);
    const own = [...attributes].flatMap(([name, value]) =>
      attributesOfAKind.test(name) ? [["role", "type"].includes(name) ? `${name}=${value}` : name] : [],
    );
    return [`${chain}[${own.toSorted().join(" ")}]`];
  });
}
