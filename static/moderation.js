// The moderators' pages work without this. It puts a ready sentence in place at once, and moves
// through lists with j and k while one of their links has the focus.
"use strict";

(() => {
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  // --- ready sentences --------------------------------------------------------------------
  for (const field of document.querySelectorAll("[data-ready]")) {
    const words = document.getElementById(field.dataset.ready);
    const choice = field.querySelector("select");
    const button = field.querySelector("button");
    if (!words || !choice || !button) continue;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const text = choice.selectedOptions[0]?.dataset.text;
      if (!text) return;
      words.value = [words.value.trimEnd(), text].filter(Boolean).join("\n\n");
      words.focus();
    });
  }

  // --- j and k ----------------------------------------------------------------------------
  // Only where a link of the list has the focus: a single letter must not act elsewhere
  // (WCAG 2.2, 2.1.4).
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = document.activeElement;
    if (here.closest("[data-around]")) {
      const link = document.querySelector(`[data-around] [rel=${step > 0 ? "next" : "prev"}]`);
      if (link) link.click();
    } else if (here.closest("ol.rows")) {
      const links = [...document.querySelectorAll("ol.rows .row-title a")];
      const row = here.closest(".row");
      const at = links.findIndex((link) => row && row.contains(link));
      const next = links[at + step];
      if (next) next.focus();
    }
  });
})();
