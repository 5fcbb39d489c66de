// The report form works without this. It adds rows without a round trip, and saves drafts by itself.
"use strict";

(() => {
  const form = document.getElementById("report-form");
  if (!form) return;
  const saved = document.getElementById("saved");
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  // --- rows -----------------------------------------------------------------------------
  for (const button of form.querySelectorAll("[data-add]")) {
    button.addEventListener("click", (event) => {
      const kind = button.dataset.add;
      const count = form.elements[`${kind}-count`];
      const index = Number(count.value);
      const holder = document.createElement("div");
      holder.innerHTML = document
        .getElementById(`${kind}-template`)
        .innerHTML.replaceAll("__row__", String(index));
      const row = holder.firstElementChild;
      if (!row) return; // the server adds it
      event.preventDefault();
      for (const place of row.querySelectorAll("[data-number]")) place.textContent = index + 1;
      document.getElementById(`${kind}-rows`).append(row);
      count.value = index + 1;
      const first = row.querySelector("input, select, textarea");
      if (first) first.focus();
    });
  }

  form.addEventListener("change", (event) => {
    if (event.target.id === "id_paper_hand") document.getElementById("by-hand").open = true;
  });

  // --- drafts ---------------------------------------------------------------------------
  let changed = false;
  let sending = false;
  let leaving = false;

  async function save() {
    if (!changed || sending || leaving) return;
    changed = false;
    sending = true;
    const data = new FormData(form);
    data.set("do", "autosave");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
      if (leaving) return;
      if (answer.ok) {
        const { address, seen } = await answer.json();
        form.action = address;
        form.elements.seen.value = seen;
        saved.textContent = `Saved at ${new Date().toLocaleTimeString()}.`;
      } else if (answer.status === 401) {
        saved.textContent = "You are not signed in: press Save draft to sign in. Your text stays.";
      } else {
        throw new Error(String(answer.status));
      }
    } catch {
      changed = true;
      saved.textContent = "Not saved yet; it is tried again.";
    } finally {
      sending = false;
    }
  }

  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.setInterval(save, 10000);
  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });
})();
