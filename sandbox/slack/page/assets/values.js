// Where an element of a block stands, and what is chosen or typed in it: always a list of {value, text}.

export function placeOf(element) {
  const { channel, ts, view } = element.closest("[data-scope]").dataset;
  const block = element.closest("[data-block-id]").dataset.blockId;
  return { channel, ts, view, block, action: element.dataset.actionId };
}

// {block_id: {action_id: [...]}} of everything inside `root` that holds a value.
export function valuesOf(root) {
  const found = {};
  for (const element of root.querySelectorAll("[data-action-id]:not(.btn, .overflow)")) {
    const block = element.closest("[data-block-id]").dataset.blockId;
    (found[block] ??= {})[element.dataset.actionId] = valuesOf.one(element);
  }
  return found;
}

valuesOf.one = (element) => {
  if (element.matches(".select")) return JSON.parse(element.dataset.chosen);
  if (element.matches(".ticks")) {
    return [...element.querySelectorAll("input:checked")].map((tick) => ({ value: tick.value }));
  }
  return element.value === "" ? [] : [{ value: element.value }];
};

// Put values back into elements that were drawn again.
export function restore(root, values) {
  for (const element of root.querySelectorAll("[data-action-id]:not(.btn, .overflow)")) {
    const block = element.closest("[data-block-id]").dataset.blockId;
    const picked = values[block]?.[element.dataset.actionId];
    if (picked) set(element, picked);
  }
}

function set(element, picked) {
  if (element.matches(".select")) return showChosen(element, picked);
  if (element.matches(".ticks")) {
    const chosen = picked.map((each) => each.value);
    element.querySelectorAll("input").forEach((tick) => (tick.checked = chosen.includes(tick.value)));
  } else {
    element.value = picked[0]?.value ?? "";
  }
}

export function showChosen(select, picked) {
  select.dataset.chosen = JSON.stringify(picked);
  const label = select.querySelector(".chosen");
  label.textContent = picked.map((each) => each.text).join(", ") || select.dataset.hint;
  label.classList.toggle("empty", picked.length === 0);
}
