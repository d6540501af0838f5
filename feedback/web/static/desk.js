// The desk by keyboard. Which key goes where stands in the page's own table of keys; this file only reads it.
const STORE = "phim-tat";
const TYPED_INTO = "input:not([type=checkbox]):not([type=radio]), textarea, select";
const help = document.getElementById("phim-tat");

const allowed = () => {
  try {
    return localStorage.getItem(STORE) !== "tat";
  } catch {
    return true; // a browser that keeps nothing still has its keys
  }
};

const keep = (wanted) => {
  try {
    localStorage.setItem(STORE, wanted ? "dung" : "tat");
  } catch {
    // For this page alone, then.
  }
};

// "form:chuyen:2" is the second form that is sent to …/chuyen; anything else is a selector.
const find = (goes) => {
  const [kind, step, place = "1"] = goes.split(":");
  if (kind !== "form" || !step) return document.querySelector(goes);
  const forms = Array.from(document.querySelectorAll("main form"));
  return forms.filter((form) => new URL(form.action).pathname.endsWith(`/${step}`))[place - 1] ?? null;
};

const unfold = (element) => {
  for (let part = element.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
};

// A link is followed. A step is only pointed at: its first empty field, else its button, so that it takes a second key.
const reach = (element) => {
  if (element.matches("a")) {
    element.click();
    return;
  }
  unfold(element);
  const fields = element.matches("form") ? Array.from(element.elements) : [element];
  const seen = fields.filter((field) => field.type !== "hidden" && !field.disabled);
  const field = seen.find((one) => one.matches("textarea, select, input:checked, input[type=text]")) ?? seen[0];
  field?.focus();
};

const step = (by) => {
  const titles = Array.from(document.querySelectorAll(".app-rows__title"));
  const place = titles.findIndex((title) => title.closest("li").contains(document.activeElement));
  const start = by > 0 ? 0 : titles.length - 1;
  titles[place < 0 ? start : place + by]?.focus();
};

const OWN = {
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest("li")?.querySelector("input[type=checkbox]")?.click(),
  "?": () => {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};

if (help) {
  const choice = document.getElementById("dung-phim-tat");
  let wanted = allowed();
  const table = new Map();
  for (const key of help.querySelectorAll("[data-key]")) {
    const target = key.dataset.goes ? find(key.dataset.goes) : null;
    const works = target ?? OWN[key.dataset.key];
    if (works) table.set(key.dataset.key, target ? () => reach(target) : works);
    const line = key.closest("dt");
    line.hidden = line.nextElementSibling.hidden = !works;
  }
  table.set("?", OWN["?"]);
  help.hidden = false;
  choice.checked = wanted;
  choice.addEventListener("change", () => {
    wanted = choice.checked;
    keep(wanted);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.matches(TYPED_INTO)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = wanted || event.key === "?" ? table.get(event.key) : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });
}
