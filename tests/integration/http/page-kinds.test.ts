import { expect, test } from "vitest";
import { createQueue, kindOf } from "./page-kinds.ts";

const known = ["/", "/products/*/"];

test.each([
  ["/", "/"],
  ["/products/kite/", "/products/*/"],
  ["/products/kite/?color=red", "/products/*/?"],
  ["/products/kite/reviews/", "/products/kite/reviews/"],
  ["/admin/order/12/change/", "/admin/order/*/change/"],
  ["/orders/0f8fad5b-d9cb-469f-a165-70867728950e", "/orders/*"],
])("%s is of the kind %s", (path, kind) => expect(kindOf(path, known)).toBe(kind));

test("a queue hands out each path once, and at most so many of a kind", () => {
  const queue = createQueue(known, (kind) => (kind === "/products/*/" ? 2 : 1));
  ["/", "/products/a/", "/products/a/", "/products/b/", "/products/c/", "/new/"].forEach(queue.add);
  expect(queue.length()).toBe(4);
  expect([queue.next(), queue.next(), queue.next(), queue.next(), queue.next()]).toEqual([
    "/",
    "/products/a/",
    "/products/b/",
    "/new/",
    undefined,
  ]);
});
