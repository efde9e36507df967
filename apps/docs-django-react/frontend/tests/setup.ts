import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { forgetToken } from "../src/api/client.ts";

// The first test of each page waits for its lazily loaded modules, which takes long on a slow machine.
configure({ asyncUtilTimeout: 10_000 });

// jsdom implements neither layout nor modal dialogs; these stubs provide what the pages use.
class Observer implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", Observer);
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
window.scrollTo = () => {};

afterEach(() => {
  cleanup();
  forgetToken();
  document.head.querySelector('meta[name="base-path"]')?.remove();
});
