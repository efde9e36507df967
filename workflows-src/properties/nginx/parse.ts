/** Parses the text of nginx.conf. Pure. */

export interface Block {
  /** The directives without a block, such as `listen 80 default_server`, in their order. */
  readonly directives: readonly string[];
  /** The blocks by what stands before the brace, such as `location = /`, in their order. */
  readonly blocks: readonly (readonly [string, Block])[];
}

/** Comments; texts in quotes, in which a backslash escapes; punctuation; words. */
const token = /#[^\n]*|(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s{};"'#])+|[{};]/gu;

/** @throws Error if a brace has no other one, or the text ends in a directive */
export function parseNginx(text: string): Block {
  const tokens = [...text.matchAll(token)].map(([found]) => found).filter((found) => !found.startsWith("#"));
  let at = 0;
  const block = (outermost: boolean): Block => {
    const directives: string[] = [];
    const blocks: (readonly [string, Block])[] = [];
    let words: string[] = [];
    for (; at < tokens.length; at++) {
      const one = tokens[at]!;
      if (one === ";") directives.push(words.join(" "));
      else if (one === "{") {
        at += 1;
        blocks.push([words.join(" "), block(false)]);
      } else if (one === "}" && words.length === 0 && !outermost) return { directives, blocks };
      else if (one === "}") throw new Error(`nginx.conf: a } stands after ${JSON.stringify(words.join(" "))}`);
      else {
        words.push(one);
        continue;
      }
      words = [];
    }
    if (!outermost || words.length > 0) throw new Error("nginx.conf: the text ends within a block or a directive");
    return { directives, blocks };
  };
  return block(true);
}
