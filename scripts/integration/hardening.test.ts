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
  { name: "a hardened process", proc: status + mounts, codes: [] },
  { name: "root", proc: status.replace("10001", "0") + mounts, codes: ["user"] },
  { name: "a saved user id of root", proc: status.replace("\t10001\n", "\t0\n") + mounts, codes: ["user"] },
  {
    name: "a capability in the bounding set",
    proc: status.replace(/CapBnd:\t0+/u, "CapBnd:\t00000000a80425fb") + mounts,
    codes: ["CapBnd"],
  },
  {
    name: "new privileges allowed",
    proc: status.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0") + mounts,
    codes: ["NoNewPrivs"],
  },
  { name: "a writable root", proc: status + mounts.replace("ro,", "rw,"), codes: ["writable-root"] },
  {
    name: "no text at all",
    proc: "",
    codes: ["user", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "writable-root"],
  },
])("$name", ({ proc, codes }) => {
  expect(hardeningFindings(proc).map(({ code }) => code)).toEqual(codes);
});
