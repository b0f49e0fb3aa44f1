// The composer: Enter sends, @ and / complete, files come by button, by drop, by paste or from the samples.

import { ask, on, toast } from "./ask.js";

const LONGEST = 260;
const drafts = new Map();
const attached = new WeakMap(); // composer -> [{name, id | sample | undefined while on its way}]

const parts = (composer) => ({
  text: composer.querySelector("textarea"),
  chips: composer.querySelector(".chips"),
  send: composer.querySelector("[data-tool=send]"),
  file: composer.querySelector("input[type=file]"),
});
const filesOf = (composer) => attached.get(composer) || attached.set(composer, []).get(composer);
const keyOf = (composer) => `${composer.dataset.channel}/${composer.dataset.thread || ""}`;

function refresh(composer) {
  const { text, send } = parts(composer);
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, LONGEST)}px`;
  const files = filesOf(composer);
  send.disabled = !(text.value.trim() || files.length) || files.some((file) => !file.id && !file.sample);
  drafts.set(keyOf(composer), text.value);
}

// -- sending

async function send(composer) {
  const { text, chips, send: button } = parts(composer);
  if (button.disabled) return;
  const files = filesOf(composer);
  const body = {
    channel: composer.dataset.channel, thread: composer.dataset.thread, text: text.value,
    uploads: files.filter((file) => file.id).map((file) => file.id),
    samples: files.filter((file) => file.sample).map((file) => file.sample),
  };
  text.value = "";
  chips.replaceChildren();
  attached.delete(composer);
  refresh(composer);
  composer.closest(".conversation").querySelector(".scroll").scrollTop = 0;
  try {
    await ask("say", body);
  } catch {
    giveBack(composer, body.text, files);
  }
}

// A message that could not be sent must not be lost; the toast has told why.
function giveBack(composer, words, files) {
  if (!composer.isConnected) return drafts.set(keyOf(composer), words);
  parts(composer).text.value ||= words;
  files.forEach((file) => addChip(composer, file));
  refresh(composer);
}

// -- files

export function addChip(composer, file) {
  const chip = document.createElement("span");
  chip.className = "chip";
  chip.innerHTML = `<span class="name"></span><progress max="1" value="0" hidden></progress>
    <button type="button" aria-label="Remove">✕</button>`;
  chip.querySelector(".name").textContent = file.name;
  chip.querySelector("button").addEventListener("click", () => {
    filesOf(composer).splice(filesOf(composer).indexOf(file), 1);
    chip.remove();
    refresh(composer);
  });
  filesOf(composer).push(file);
  parts(composer).chips.append(chip);
  refresh(composer);
  return chip;
}

function upload(composer, blob) {
  const file = { name: blob.name };
  const chip = addChip(composer, file);
  const bar = chip.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", `/page/uploads?name=${encodeURIComponent(blob.name)}`);
  request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
  const fail = (why) => {
    toast(why);
    chip.querySelector("button").click();
  };
  request.addEventListener("error", () => fail(`${blob.name} could not be uploaded: the workspace does not answer.`));
  request.addEventListener("load", () => {
    if (request.status !== 200) return fail(JSON.parse(request.responseText).detail);
    file.id = JSON.parse(request.responseText).id;
    bar.hidden = true;
    refresh(composer);
  });
  bar.hidden = false;
  request.send(blob);
}

on("change", ".composer input[type=file]", (input) => {
  [...input.files].forEach((blob) => upload(input.closest(".composer"), blob));
  input.value = "";
});

on("paste", ".composer textarea", (text, event) => {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  files.forEach((blob) => upload(text.closest(".composer"), blob));
});

const dragsFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!dragsFiles(event)) return;
  event.preventDefault();
  const here = event.target.closest?.(".conversation");
  document.querySelectorAll(".conversation").forEach((each) => each.classList.toggle("dropping", each === here));
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) endDrag();
});
document.addEventListener("drop", (event) => {
  if (!dragsFiles(event)) return;
  event.preventDefault();
  endDrag();
  const composer = event.target.closest?.(".conversation")?.querySelector(".composer");
  if (composer) [...event.dataTransfer.files].forEach((blob) => upload(composer, blob));
});

function endDrag() {
  document.querySelectorAll(".dropping").forEach((each) => each.classList.remove("dropping"));
}

// -- completion of @names and /commands, and the list of sample files

function menu(composer, entries, pick) {
  composer.querySelector(".completion")?.remove();
  if (!entries.length) return;
  const box = document.createElement("div");
  box.className = "completion";
  box.setAttribute("role", "listbox");
  entries.forEach((entry, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "option");
    button.setAttribute("aria-selected", String(index === 0));
    button.append(Object.assign(document.createElement("b"), { textContent: entry.label }), " ",
      Object.assign(document.createElement("span"), { textContent: entry.note || "" }));
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      box.remove();
      pick(entry);
    });
    box.append(button);
  });
  composer.append(box);
}

function complete(composer) {
  const { text } = parts(composer);
  const before = text.value.slice(0, text.selectionStart);
  const mention = before.match(/(?:^|\s)@([\p{L}\p{N}._-]*)$/u);
  const command = before.match(/^\/[\w-]*$/);
  if (mention) return menu(composer, people(composer, mention[1].toLowerCase()), (entry) =>
    insert(text, before.length - mention[1].length - 1, before.length, `@${entry.label} `));
  if (command) return menu(composer, commands(composer, command[0]), (entry) =>
    insert(text, 0, before.length, `${entry.label} `));
  menu(composer, []);
}

function people(composer, query) {
  return JSON.parse(composer.dataset.people)
    .filter((each) => [each.name, ...each.real.split(" ")].some((word) => word.toLowerCase().startsWith(query)))
    .slice(0, 8).map((each) => ({ label: each.real, note: each.title }));
}

function commands(composer, typed) {
  return JSON.parse(composer.dataset.commands).filter((each) => each.command.startsWith(typed))
    .map((each) => ({ label: each.command, note: [each.usage_hint, each.description].filter(Boolean).join(" — ") }));
}

function insert(text, from, to, words) {
  text.setRangeText(words, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

const tools = {
  send,
  attach: (composer) => parts(composer).file.click(),
  mention: (composer) => {
    const { text } = parts(composer);
    insert(text, text.selectionStart, text.selectionEnd, /(^|\s)$/.test(text.value.slice(0, text.selectionStart)) ? "@" : " @");
  },
  samples: (composer) => {
    if (composer.querySelector(".completion")) return menu(composer, []);
    const names = JSON.parse(composer.dataset.samples);
    menu(composer, names.map((name) => ({ label: name })), (entry) => {
      addChip(composer, { name: entry.label, sample: entry.label });
      parts(composer).text.focus();
    });
  },
};

on("click", "[data-tool]", (button) => tools[button.dataset.tool](button.closest(".composer")));
on("input", ".composer textarea", (text) => {
  refresh(text.closest(".composer"));
  complete(text.closest(".composer"));
});

on("keydown", ".composer textarea", (text, event) => {
  const composer = text.closest(".composer");
  const box = composer.querySelector(".completion");
  if (event.isComposing) return;
  if (box && ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) {
    event.preventDefault();
    return choose(box, event.key);
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(composer);
  }
});

function choose(box, key) {
  const buttons = [...box.children];
  const now = buttons.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (key === "Escape") return box.remove();
  if (key === "Enter" || key === "Tab") return buttons[now].click();
  const next = (now + (key === "ArrowDown" ? 1 : -1) + buttons.length) % buttons.length;
  buttons.forEach((each, index) => each.setAttribute("aria-selected", String(index === next)));
  buttons[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".composer")) document.querySelectorAll(".completion").forEach((box) => box.remove());
});

// -- a draft comes back when its conversation does

new MutationObserver(() => {
  document.querySelectorAll(".composer:not([data-ready])").forEach((composer) => {
    composer.dataset.ready = "";
    parts(composer).text.value = drafts.get(keyOf(composer)) || "";
    refresh(composer);
  });
}).observe(document, { childList: true, subtree: true });
