import { expect, test } from "vitest";
import { hardeningFindings } from "./hardening.ts";

const status = `Name:	gunicorn
Uid:	10001	10001	10001	10001
Gid:	10001	10001	10001	10001
NoNewPrivs:	1
CapInh:	0000000000000000
CapPrm:	0000000000000000
CapEff:	0000000000000000
CapBnd:	0000000000000000
CapAmb:	0000000000000000
`;
const mounts = `overlay / overlay ro,relatime,lowerdir=/l/AB:/l/CD 0 0
tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,relatime 0 0
`;

test.each([
  { name: "as it should be", proc: status + mounts, is: [] },
  { name: "root", proc: status.replace("10001", "0") + mounts, is: ["runs as 0"] },
  { name: "root again when it wants", proc: status.replace("\t10001\n", "\t0\n") + mounts, is: ["runs as 10001"] },
  {
    name: "a capability within reach",
    proc: status.replace(/CapBnd:\t0+/u, "CapBnd:\t00000000a80425fb") + mounts,
    is: ["holds CapBnd 00000000a80425fb"],
  },
  {
    name: "setuid programs",
    proc: status.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0") + mounts,
    is: ["may gain privileges"],
  },
  { name: "a root to write to", proc: status + mounts.replace("ro,", "rw,"), is: ["may write to its root"] },
  {
    name: "no answer",
    proc: "",
    is: [
      "runs as unknown",
      ...["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((set) => `holds ${set} unknown`),
      "may gain privileges",
      "may write to its root",
    ],
  },
])("$name", ({ proc, is }) => {
  expect(hardeningFindings(proc)).toEqual(is);
});
