// The browser's half of the page: everything a person does becomes an "ask" to the server, which answers it.
// What is drawn comes from the server as HTML; this file and its siblings only listen, ask and report errors.

import "./composer.js";
import { confirmed, editText } from "./dialogs.js";
import { ask, on, toast, answer } from "./ask.js";
import { placeOf, valuesOf } from "./values.js";
import { openPicker } from "./picker.js";
import "./modal.js";

window.slackPage = { answer, toast };

const ONE_SHOT = ["button", "icon_button", "feedback_buttons"];
const TYPED = ["plain_text_input", "email_text_input", "url_text_input", "number_input"];

// -- elements of blocks

async function use(element, picked) {
  if (!(await confirmed(element))) return;
  const place = placeOf(element);
  element.setAttribute("aria-busy", "true");
  delete element.dataset.failed;
  try {
    await ask("use", { ...place, picked, values: valuesOf(element.closest("[data-scope]")) });
  } catch (problem) {
    element.dataset.failed = problem.message;
    element.title = problem.message;
  } finally {
    element.removeAttribute("aria-busy");
  }
}

on("click", "[data-action-id]", (element) => {
  if (element.getAttribute("aria-busy")) return;
  if (ONE_SHOT.includes(element.dataset.kind)) {
    const value = element.dataset.value;
    use(element, value === undefined ? [] : [{ value }]);
  } else if (element.matches(".select")) {
    openPicker(element, (picked) => acted(element, picked));
  }
});

on("change", "[data-action-id]", (element) => {
  if (!TYPED.includes(element.dataset.kind)) acted(element, valuesOf.one(element));
});

on("keydown", "[data-dispatch] input[data-action-id]", (element, event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  use(element, valuesOf.one(element));
});

// A choice in an input block waits for the form, unless the app wants to hear of it at once.
function acted(element, picked) {
  const input = element.closest("[data-input]");
  if (!input || input.hasAttribute("data-dispatch")) use(element, picked);
}

// -- the page's own controls

const acts = {
  thread: (element) => about(element, "thread").then(() => focusOn("thread-composer")),
  "close-thread": () => ask("thread"),
  earlier: () => ask("earlier"),
  react: (element) => about(element, "react", { name: element.dataset.name }),
  dismiss: (element) => about(element, "delete"),
  stop: (element) => about(element, "stop"),
  edit: async (element) => {
    const text = await editText(element.closest(".message").querySelector(".content").innerText.replace(/\s*\(edited\)$/, ""));
    if (text !== null) await about(element, "edit", { text });
  },
  delete: async (element) => {
    if (await confirmed(element)) await about(element, "delete");
  },
  prompt: (element) => ask("prompt", { at: element.dataset.at }),
  jump: (element) => ask("jump", { at: element.dataset.at }).then(closeMenus),
  as: (element) => {
    const query = new URLSearchParams(location.search);
    query.set("as", element.dataset.user);
    location.search = query;
  },
  drawer: () => document.body.classList.toggle("drawer-open"),
};

function about(element, kind, more = {}) {
  const { channel, ts, thread } = element.closest(".message").dataset;
  return ask(kind, { channel, ts: kind === "thread" ? thread : ts, ...more });
}

on("click", "[data-act]", (element) => acts[element.dataset.act]?.(element)?.catch?.(() => {}));

on("click", "[data-go]", (element) => {
  document.body.classList.remove("drawer-open");
  const app = element.dataset.go === "home" || element.dataset.go === "messages";
  ask("go", { to: element.dataset.go }).then(() => app || focusOn("composer"), () => {});
});

on("submit", "[data-testid=clock-form]", (form, event) => {
  event.preventDefault();
  ask("jump", { at: form.elements.at.value }).then(closeMenus, () => {});
});

function closeMenus() {
  document.querySelectorAll(".menu-box:popover-open").forEach((menu) => menu.hidePopover());
}

function focusOn(testid) {
  document.querySelector(`[data-testid=${testid}] textarea`)?.focus();
}

// -- one toolbar for all messages, put on the one under the pointer

const toolbar = document.createElement("div");
toolbar.className = "toolbar";
toolbar.innerHTML = `
  <button type="button" data-act="react" data-name="white_check_mark" title="Done">✅</button>
  <button type="button" data-act="react" data-name="eyes" title="Taking a look">👀</button>
  <button type="button" data-act="react" data-name="raised_hands" title="Nicely done">🙌</button>
  <button type="button" data-act="thread" title="Reply in thread">💬</button>
  <button type="button" data-act="edit" class="own" title="Edit">✏️</button>
  <button type="button" data-act="delete" class="own" title="Delete">🗑️</button>
  <template class="confirm"><h2>Delete this message?</h2><p>It cannot be brought back.</p><div class="footer">
    <button class="btn" type="button" data-testid="confirm-deny">Cancel</button>
    <button class="btn danger" type="button" data-testid="confirm-yes">Delete</button></div></template>`;

on("pointerover", ".message", (message) => {
  if (toolbar.parentElement !== message && !message.classList.contains("ephemeral")) message.append(toolbar);
});
