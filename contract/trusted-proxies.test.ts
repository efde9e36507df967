import { expect, test } from "vitest";
import { checkNetworks, proxyEnvironment } from "./trusted-proxies.ts";
import { UserError } from "./user-error.ts";

test.each(["10.0.0.0/8", "203.0.113.7", "10.0.0.0/8, 192.168.0.0/16", "10.0.0.1 10.0.0.2", "2001:db8::/32", "::1", ""])(
  "%j is a list of networks",
  (written) => {
    expect(() => checkNetworks(written)).not.toThrow();
    expect(proxyEnvironment(written)).toEqual(written === "" ? {} : { TRUSTED_PROXIES: written });
  },
);

test.each([
  ["10.0.0.0/33", "10.0.0.0/33"],
  ["10.0.0/8", "10.0.0/8"],
  ["10.0.0.0/8, load-balancer", "load-balancer"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["::/0", "::/0"],
  ["2001:db8::/129", "2001:db8::/129"],
  ["10.0.0.0/8;", "10.0.0.0/8;"],
  ["10.0.0.256", "10.0.0.256"],
])("%j is an error that names %j", (written, wrong) => {
  expect(() => proxyEnvironment(written)).toThrow(UserError);
  expect(() => proxyEnvironment(written)).toThrow(JSON.stringify(wrong));
});
