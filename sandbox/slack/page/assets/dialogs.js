// Small questions before an act: an element's own confirm dialog, and the box to edit one's message.

// True when the element asks nothing, or was answered with yes.
export function confirmed(element) {
  const template = element.parentElement.querySelector(":scope > template.confirm");
  const next = element.nextElementSibling;
  const own = element.dataset.act ? template : next?.matches("template.confirm") ? next : null;
  if (!own) return Promise.resolve(true);
  const dialog = open("small", own.content.cloneNode(true));
  dialog.dataset.testid = "confirm";
  return new Promise((resolve) => {
    dialog.querySelector("[data-testid=confirm-yes]").addEventListener("click", () => dialog.close("yes"));
    dialog.querySelector("[data-testid=confirm-deny]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}

// The new text, or null when the person thought better of it.
export function editText(text) {
  const form = document.createElement("form");
  form.innerHTML = `<h2>Edit message</h2><textarea class="field" rows="5"></textarea>
    <div class="footer"><button class="btn" type="button">Cancel</button>
    <button class="btn primary" type="submit">Save</button></div>`;
  form.querySelector("textarea").value = text;
  const dialog = open("small", form);
  return new Promise((resolve) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      dialog.close("save");
    });
    form.querySelector("button").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () =>
      resolve(dialog.returnValue === "save" ? form.querySelector("textarea").value : null));
  });
}

function open(look, content) {
  const dialog = document.createElement("dialog");
  dialog.className = look;
  dialog.append(content);
  (document.querySelector("dialog.modal-host[open]") || document.body).append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return dialog;
}
