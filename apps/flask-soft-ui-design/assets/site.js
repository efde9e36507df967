import Alert from "bootstrap/js/dist/alert";
import Collapse from "bootstrap/js/dist/collapse";
import Dropdown from "bootstrap/js/dist/dropdown";
import Modal from "bootstrap/js/dist/modal";
import Popover from "bootstrap/js/dist/popover";
import Tab from "bootstrap/js/dist/tab";
import Tooltip from "bootstrap/js/dist/tooltip";

// What has data-bs-toggle or data-bs-dismiss Bootstrap wires by itself; these two have to be asked for, and belong to
// the content of the page rather than beside it.
for (const element of document.querySelectorAll('[data-bs-toggle="tooltip"]')) new Tooltip(element, { container: "#main" });
for (const element of document.querySelectorAll('[data-bs-toggle="popover"]')) new Popover(element, { container: "#main" });

// Without a script there is the markup to select; with it, a button that copies.
for (const markup of document.querySelectorAll(".markup pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-dark mb-2";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.className = "text-sm ms-2";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    said.textContent = (await copy(markup)) ? "Copied." : "It is selected: copy it with the keyboard.";
  });
  markup.before(button, said);
}

/** Whether an element's text is on the clipboard; else it is selected. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    // Plain http has no clipboard of the new kind.
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

export default [Alert, Collapse, Dropdown, Modal, Tab];
