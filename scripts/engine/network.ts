/** Which addresses the engine gives to its networks, and what it leaves behind in the packet filter. Pure. */

export interface Pool {
  readonly base: string;
  readonly bridge: string;
}

/**
 * A /16 out of 10.200–10.249, far from what home and office networks use, that no route of the machine touches;
 * it is cut into 255 networks of 254 addresses, and the bridge has the last.
 * @param routes /proc/net/route
 */
export function choosePool(routes: string, id: string): Pool {
  const taken = routes
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([, destination = "", , , , , , mask = ""]) =>
      // Both are little-endian: the first octet is the last byte. A default route touches everything and says nothing.
      mask && mask !== "00000000" ? [{ address: octets(destination), mask: octets(mask) }] : [],
    );
  const start = Number.parseInt(id.slice(0, 4), 16) % 50;
  const candidates = Array.from({ length: 50 }, (_, index) => 200 + ((start + index) % 50));
  const second = candidates.find((candidate) => !taken.some((route) => touches(route, candidate))) ?? 200 + start;
  return { base: `10.${second}.0.0/16`, bridge: `10.${second}.255.1/24` };
}

const octets = (hex: string): readonly number[] =>
  (hex.match(/../gu) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed();

function touches({ address, mask }: { address: readonly number[]; mask: readonly number[] }, second: number): boolean {
  const [first = 0, next = 0] = address;
  const [firstMask = 0, nextMask = 0] = mask;
  return (10 & firstMask) === (first & firstMask) && (second & nextMask) === (next & nextMask);
}

/** A table and the arguments that delete one rule or chain of it. */
export type Removal = readonly [table: string, ...args: string[]];

/**
 * What undoes an engine in the packet filter: rules that name one of its bridges or chains, then the chains.
 * @param saved what `iptables-save` printed
 */
export function removals(saved: string, bridges: readonly string[]): readonly Removal[] {
  let table = "";
  const rules: Removal[] = [];
  const chains: Removal[] = [];
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1).trim();
    const chain = /^:(DOCKER\S*) /u.exec(line)?.[1];
    if (chain) chains.push([table, "--delete-chain", chain]);
    if (!line.startsWith("-A ")) continue;
    const words = splitRule(line).slice(1);
    const ours =
      words[0]?.startsWith("DOCKER") ||
      words.some(
        (word, index) =>
          (["-i", "-o"].includes(words[index - 1] ?? "") && bridges.includes(word)) ||
          (["-j", "-g"].includes(words[index - 1] ?? "") && word.startsWith("DOCKER")),
      );
    if (ours) rules.push([table, "--delete", ...words]);
  }
  return [...rules, ...chains];
}

/** iptables-save quotes comments only. */
const splitRule = (line: string): readonly string[] =>
  (line.match(/"[^"]*"|\S+/gu) ?? []).map((word) => word.replace(/^"(.*)"$/u, "$1"));
