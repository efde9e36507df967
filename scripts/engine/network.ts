/** Chooses the addresses of the engine's networks, and finds the packet filter rules that the engine added. Pure. */

export interface Pool {
  /** The range that networks are cut from, such as 10.200.0.0/16. */
  readonly base: string;
  /** The address of the daemon's own bridge, such as 10.200.255.1/24. */
  readonly bridge: string;
}

/**
 * Chooses a /16 out of 10.200–10.249 that overlaps no route of the machine. Home and office networks rarely use that range.
 * The /16 is cut into 256 networks of 254 addresses; the last of them is the bridge's.
 * @param routes content of /proc/net/route
 * @param id hexadecimal digits; they decide which candidate is tried first
 */
export function choosePool(routes: string, id: string): Pool {
  const taken = routes
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([, destination = "", , , , , , mask = ""]) =>
      // Both are little-endian: the first octet is the last byte. A default route overlaps everything, so it is ignored.
      mask && mask !== "00000000" ? [{ address: octets(destination), mask: octets(mask) }] : [],
    );
  const start = Number.parseInt(id.slice(0, 4), 16) % 50;
  const candidates = Array.from({ length: 50 }, (_, index) => 200 + ((start + index) % 50));
  const second = candidates.find((candidate) => !taken.some((route) => overlaps(route, candidate))) ?? 200 + start;
  return { base: `10.${second}.0.0/16`, bridge: `10.${second}.255.1/24` };
}

const octets = (hex: string): readonly number[] =>
  (hex.match(/../gu) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed();

function overlaps({ address, mask }: { address: readonly number[]; mask: readonly number[] }, second: number): boolean {
  const [first = 0, next = 0] = address;
  const [firstMask = 0, nextMask = 0] = mask;
  return (10 & firstMask) === (first & firstMask) && (second & nextMask) === (next & nextMask);
}

/** A table of the packet filter, and the arguments with which `iptables` deletes one rule or chain of that table. */
export type Deletion = readonly [table: string, ...args: string[]];

/**
 * Lists the deletions that remove an engine from the packet filter: first the rules that name one of its bridges or chains,
 * then the chains.
 * @param saved output of `iptables-save`
 * @param bridges the interfaces of the engine's networks
 */
export function ruleDeletions(saved: string, bridges: readonly string[]): readonly Deletion[] {
  let table = "";
  const rules: Deletion[] = [];
  const chains: Deletion[] = [];
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

/** Splits a rule into arguments. Only comments are quoted by `iptables-save`. */
const splitRule = (line: string): readonly string[] =>
  (line.match(/"[^"]*"|\S+/gu) ?? []).map((word) => word.replace(/^"(.*)"$/u, "$1"));
