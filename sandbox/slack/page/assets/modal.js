// Modals: shown when the server draws one, closed when it takes it away. What was typed in a view is kept here
// while the view is updated or lies under another one.

import { ask, on } from "./ask.js";
import { restore, valuesOf } from "./values.js";

const typed = new Map();
let host;

new MutationObserver(() => {
  const found = document.querySelector("dialog.modal-host");
  if (!found || found === host) return;
  host = found;
  new MutationObserver(draw).observe(host, { childList: true, subtree: true });
  host.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === host) close();
  });
  draw();
}).observe(document, { childList: true, subtree: true });

let drawn;

function draw() {
  const form = host.querySelector("form.modal");
  if (form === drawn) return;
  drawn = form;
  if (!form) return host.close();
  restore(form, typed.get(form.dataset.view) || {});
  if (!host.open) host.showModal();
  (form.querySelector("[autofocus]") || form.querySelector(".inside .field"))?.focus();
}

function remember() {
  if (drawn) typed.set(drawn.dataset.view, valuesOf(drawn));
}

for (const type of ["input", "change", "picked"]) on(type, ".modal", remember);

function close(all = false) {
  ask("close", { view: drawn.dataset.view, all }).catch(() => {});
}

on("click", "[data-act=close]", () => close());
on("click", "[data-act=close-all]", () => close(true));

on("submit", "form.modal", async (form, event) => {
  event.preventDefault();
  const button = form.querySelector("[data-testid=modal-submit]");
  if (!button || button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    showErrors(form, (await ask("submit", { view: form.dataset.view, values: valuesOf(form) })).errors || {});
  } catch {
    // The toast has told it; the form stays as it is, to be sent again.
  } finally {
    button.removeAttribute("aria-busy");
  }
});

function showErrors(form, errors) {
  form.querySelectorAll(".b-input").forEach((input) => {
    const text = errors[input.closest("[data-block-id]").dataset.blockId] || "";
    input.querySelector(".error").textContent = text;
    input.classList.toggle("wrong", text !== "");
  });
  form.querySelector(".wrong")?.scrollIntoView({ block: "nearest" });
}
