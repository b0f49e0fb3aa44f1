// Asking the server, and telling the person when it could not be done.

const waiting = new Map();
let last = 0;

// Resolves with the server's answer; rejects, after a toast, when the answer is an error.
export function ask(kind, body = {}) {
  const id = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    window.emitEvent("ask", { ...body, id, kind });
  });
}

export function answer(id, found) {
  const one = waiting.get(id);
  waiting.delete(id);
  if (!found.error) return one?.resolve(found);
  toast(found.error);
  one?.reject(new Error(found.error));
}

export function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.testid = "toast";
  box.setAttribute("role", "alert");
  box.popover = "manual";
  box.textContent = text;
  box.addEventListener("click", () => box.remove());
  (document.querySelector("dialog[open]") || document.body).append(box);
  box.showPopover();
  setTimeout(() => box.remove(), 8000);
}

// Listen for an event on everything, now or later in the page, that matches.
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(element, event);
  });
}
