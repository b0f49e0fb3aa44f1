// The list that a select or overflow menu opens: search, single or several choices, options served by the app.

import { ask } from "./ask.js";
import { placeOf, showChosen } from "./values.js";

export function openPicker(select, done) {
  document.querySelector(".picker")?.remove();
  new Picker(select, done);
}

class Picker {
  constructor(select, done) {
    this.select = select;
    this.done = done;
    this.many = select.hasAttribute("data-many");
    this.remote = select.hasAttribute("data-remote");
    this.offered = JSON.parse(select.dataset.options);
    this.chosen = JSON.parse(select.dataset.chosen);
    this.build();
    this.show(this.offered);
    if (this.remote) this.load("");
  }

  build() {
    this.box = document.createElement("div");
    this.box.className = "picker";
    this.box.dataset.testid = "picker";
    this.box.popover = "auto";
    this.search = Object.assign(document.createElement("input"), { className: "field", placeholder: "Search" });
    this.search.hidden = !this.remote && this.offered.length < 8;
    this.list = document.createElement("div");
    this.list.setAttribute("role", "listbox");
    this.box.append(this.search, this.list);
    this.search.addEventListener("input", () => this.find(this.search.value));
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("toggle", (event) => event.newState === "closed" && this.close());
    (this.select.closest("dialog") || document.body).append(this.box);
    this.box.showPopover();
    this.place();
  }

  place() {
    const at = this.select.getBoundingClientRect();
    this.box.style.minWidth = `${Math.max(at.width, 180)}px`;
    const below = window.innerHeight - at.bottom > 240 || at.top < 240;
    this.box.style.top = below ? `${at.bottom + 4}px` : "auto";
    this.box.style.bottom = below ? "auto" : `${window.innerHeight - at.top + 4}px`;
    this.box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - this.box.offsetWidth - 8))}px`;
  }

  find(query) {
    if (this.remote) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(query), 200);
      return;
    }
    const wanted = query.toLowerCase();
    this.show(this.offered.filter((each) => each.text.toLowerCase().includes(wanted)));
  }

  async load(query) {
    const least = Number(this.select.dataset.min);
    if (query.length < least) return this.say(`Type ${least} or more letters`);
    this.say("Looking…");
    try {
      const found = (await ask("options", { ...placeOf(this.select), query })).options;
      this.show(found.map((each) => ({ text: each.text.text, value: each.value, note: each.description?.text })));
    } catch (problem) {
      this.say(problem.message);
    }
  }

  say(text) {
    this.list.replaceChildren(Object.assign(document.createElement("div"), { className: "none", textContent: text }));
  }

  show(options) {
    this.options = options;
    if (!options.length) return this.say("No results");
    let group;
    this.list.replaceChildren();
    for (const each of options) {
      if (each.group && each.group !== group) this.list.append(this.heading((group = each.group)));
      this.list.append(this.option(each));
    }
    (this.search.hidden ? this.list.querySelector("button") : this.search).focus();
  }

  heading(text) {
    return Object.assign(document.createElement("div"), { className: "heading", textContent: text });
  }

  option(each) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "option");
    button.dataset.value = each.value;
    button.setAttribute("aria-selected", String(this.chosen.some((one) => one.value === each.value)));
    button.append(each.text);
    if (each.note) button.append(Object.assign(document.createElement("small"), { textContent: each.note }));
    button.addEventListener("click", () => this.pick(each, button));
    return button;
  }

  pick(each, button) {
    if (!this.many) {
      this.chosen = [each];
      return this.box.hidePopover();
    }
    const had = this.chosen.some((one) => one.value === each.value);
    const most = Number(this.select.dataset.most || Infinity);
    if (!had && this.chosen.length >= most) return;
    this.chosen = had ? this.chosen.filter((one) => one.value !== each.value) : [...this.chosen, each];
    button.setAttribute("aria-selected", String(!had));
  }

  key(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = [...this.list.querySelectorAll("button")];
    const now = buttons.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    buttons[Math.max(0, Math.min(now, buttons.length - 1))]?.focus();
  }

  // The choice counts once, when the list closes; an overflow menu forgets it at once.
  close() {
    this.box.remove();
    const picked = this.chosen.map(({ text, value }) => ({ text, value }));
    if (JSON.stringify(picked) === this.select.dataset.chosen) return;
    if (!this.select.matches(".overflow")) showChosen(this.select, picked);
    this.select.dispatchEvent(new Event("picked", { bubbles: true }));
    this.done(picked);
  }
}
