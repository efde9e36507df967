import { expect, test } from "vitest";
import { choosePool, ruleDeletions } from "./network.ts";

const routes = (...lines: string[]) =>
  ["Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT", ...lines].join("\n");
const route = (destination: string, mask: string) => `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`;

test.each([
  {
    name: "the first candidate is free",
    table: routes(route("00000000", "00000000"), route("0000A8C0", "00FFFFFF")),
    id: "0000",
    base: "10.200.0.0/16",
  },
  { name: "the id chooses the first candidate", table: routes(), id: "0005", base: "10.205.0.0/16" },
  {
    name: "a route uses a /24 inside the first candidate",
    table: routes(route("0001C80A", "00FFFFFF")),
    id: "0000",
    base: "10.201.0.0/16",
  },
  {
    name: "the last candidate is taken, and the search continues at the first",
    table: routes(route("0000F90A", "0000FFFF")),
    id: "0031",
    base: "10.200.0.0/16",
  },
  {
    name: "a route covers all of 10.0.0.0/8, and the first candidate is used all the same",
    table: routes(route("0000000A", "000000FF")),
    id: "0000",
    base: "10.200.0.0/16",
  },
])("$name: $base", ({ table, id, base }) => {
  const pool = choosePool(table, id);
  expect(pool).toEqual({ base, bridge: base.replace("0.0/16", "255.1/24") });
});

test("ruleDeletions lists the rules and chains that an engine added, and no others", () => {
  const saved = `*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 10.201.255.0/24 ! -o wmd-0 -j MASQUERADE
-A POSTROUTING -s 10.99.0.0/24 ! -o eth1 -m comment --comment "a b" -j MASQUERADE
-A DOCKER -i wmd-0 -j RETURN
COMMIT
*filter
:DOCKER-USER - [0:0]
:OWN - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -o br-1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j OWN
-A DOCKER-USER -j RETURN
COMMIT
`;
  expect(ruleDeletions(saved, ["wmd-0", "br-1"])).toEqual([
    ["nat", "--delete", "PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "DOCKER"],
    ["nat", "--delete", "POSTROUTING", "-s", "10.201.255.0/24", "!", "-o", "wmd-0", "-j", "MASQUERADE"],
    ["nat", "--delete", "DOCKER", "-i", "wmd-0", "-j", "RETURN"],
    ["filter", "--delete", "FORWARD", "-j", "DOCKER-USER"],
    [
      "filter",
      "--delete",
      "FORWARD",
      "-o",
      "br-1",
      "-m",
      "conntrack",
      "--ctstate",
      "RELATED,ESTABLISHED",
      "-j",
      "ACCEPT",
    ],
    ["filter", "--delete", "DOCKER-USER", "-j", "RETURN"],
    ["nat", "--delete-chain", "DOCKER"],
    ["filter", "--delete-chain", "DOCKER-USER"],
  ]);
});
