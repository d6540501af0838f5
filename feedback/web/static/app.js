// Progressive help only: every page works without this file.
import { initAll } from "./vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

const announce = (button, sentence) => {
  const status = document.getElementById(button.dataset.status);
  if (status) status.textContent = sentence;
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const lines = document.querySelectorAll(button.dataset.copy);
    const text = Array.from(lines, (line) => `${line.dataset.name}: ${line.textContent.trim()}`).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      announce(button, "Đã sao chép số ý kiến và mã tra cứu.");
    } catch {
      announce(button, "Trình duyệt không cho sao chép. Xin ghi lại hoặc in trang này.");
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// A double click must not post twice; the server would show the same receipt anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// Parts of a form that concern only some answers: hidden when they do not apply, shown to all without this script.
const holds = (rule) => {
  const [name, values] = rule.split("=");
  const chosen = document.querySelector(`[name="${name}"]:checked`);
  return Boolean(chosen) && values.split(",").includes(chosen.value);
};
const conditional = document.querySelectorAll("[data-show-when], [data-show-unless]");
const settle = () => {
  for (const part of conditional) {
    const { showWhen, showUnless } = part.dataset;
    const shown = part.closest(".govuk-checkboxes__item") ?? part;
    shown.hidden = showWhen ? !holds(showWhen) : holds(showUnless);
  }
};
if (conditional.length) {
  document.addEventListener("change", settle);
  settle();
}
