import Alert from "bootstrap/js/dist/alert";
import Collapse from "bootstrap/js/dist/collapse";
import Dropdown from "bootstrap/js/dist/dropdown";
import Modal from "bootstrap/js/dist/modal";
import Popover from "bootstrap/js/dist/popover";
import Tab from "bootstrap/js/dist/tab";
import Tooltip from "bootstrap/js/dist/tooltip";

// Bootstrap initializes most components by their data attributes, but not tooltips and popovers. Their container is
// inside <main>, because screen readers expect all content in a landmark.
for (const element of document.querySelectorAll('[data-bs-toggle="tooltip"]')) new Tooltip(element, { container: "#main" });
for (const element of document.querySelectorAll('[data-bs-toggle="popover"]')) new Popover(element, { container: "#main" });

// Adds a copy button to each markup. Without this script, the text can be selected.
for (const markup of document.querySelectorAll(".markup pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-dark mb-2";
  button.textContent = "Copy";
  const status = document.createElement("span");
  status.className = "text-sm ms-2";
  status.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    status.textContent = (await copy(markup)) ? "Copied." : "The text is selected: copy it with the keyboard.";
  });
  markup.before(button, status);
}

/** Copies the text of an element, and returns whether that succeeded. Otherwise the text is selected. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    // The clipboard API does not exist on plain http.
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

export default [Alert, Collapse, Dropdown, Modal, Tab];
