// Conveniences for every page: keys, what is ticked, forms that say they are busy. All pages can be read without it.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const typing = e => e.target.closest("input, select, textarea, dialog") && e.target.type !== "checkbox";

  // Rows of lists: j and k walk, Enter opens, x ticks.
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const go = n => {
    if (!rows.length) return;
    rows[at]?.classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, n));
    const row = rows[at];
    row.classList.add("at");
    (row.querySelector("a") || row).focus({preventScroll: true});
    row.scrollIntoView({block: "center"});
  };
  let before = "";
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
    const key = e.key;
    if (before === "g" && key === "w") { location.href = "/findings"; return; }
    before = key;
    if (key === "?") document.getElementById("keys").showModal();
    else if (key === "/") { const field = document.querySelector("[data-search]"); if (field) { e.preventDefault(); field.focus(); } }
    else if (rows.length && key === "j") go(at + 1);
    else if (rows.length && key === "k") go(at - 1);
    else if (rows.length && key === "x" && at >= 0) { const box = rows[at].querySelector("input[type=checkbox]"); if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", {bubbles: true})); } }
  });

  // How many are ticked.
  const told = document.querySelector("[data-ticked]");
  if (told) document.addEventListener("change", () => {
    const n = document.querySelectorAll("input[name=f]:checked").length;
    told.textContent = n ? `已勾选 ${n} 项` : "勾选后一起处理";
  });

  // The name of whoever decides is remembered on this machine only.
  document.querySelectorAll("[data-remember]").forEach(field => {
    try {
      field.value = field.value || localStorage.getItem(field.dataset.remember) || "";
      field.addEventListener("change", () => localStorage.setItem(field.dataset.remember, field.value));
    } catch { /* storage is switched off: nothing to remember */ }
  });

  // A dismissal needs a reason and a correction its number: the browser says so before the server does.
  document.querySelectorAll("label.value").forEach(label => { label.hidden = true; });
  document.addEventListener("change", e => {
    if (e.target.name !== "decision" || !e.target.form) return;
    const reason = e.target.form.querySelector("input[name=reason]");
    if (reason) reason.required = e.target.value === "dismissed";
    const value = e.target.form.querySelector("input[name=value]");
    if (value) {
      value.required = e.target.value === "corrected";
      value.closest("label").hidden = !value.required;
    }
  });

  document.querySelectorAll("form[data-busy]").forEach(form => form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.disabled = true;
    button.textContent = form.dataset.busy;
  }));
})();
