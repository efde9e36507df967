import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { forgetToken } from "../src/api/client.ts";

// The first page of each kind waits for its part of the bundle, on whatever machine this is.
configure({ asyncUtilTimeout: 10_000 });

// jsdom lays nothing out, and has no modal dialogs: what the pages ask of it is answered here.
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
