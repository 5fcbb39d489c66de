// Adds and removes rows of the report form without a round trip. Without this the server does it.
"use strict";

(() => {
  const form = document.getElementById("report-form");
  if (!form) return;
  const NAMES = { claim: "Claim", evidence: "Link", address: "Address" };
  let last = null; // the row that was removed last, until the next save: {kind, index, row}

  const holder = (kind) => document.getElementById(`${kind}-rows`);
  const rowsOf = (kind) => [...holder(kind).children];

  function fresh(kind) {
    const box = document.createElement("div");
    box.innerHTML = document.getElementById(`${kind}-template`).innerHTML;
    return box.firstElementChild;
  }

  // Names, ids and what refers to them follow the order of the rows.
  function renumber(kind) {
    const mark = new RegExp(`(?<![a-z])${kind}-(?:\\d+|__row__)(?=-|$)`, "g");
    rowsOf(kind).forEach((row, index) => {
      for (const element of [row, ...row.querySelectorAll("*")]) {
        for (const attribute of [...element.attributes]) {
          if (!["name", "id", "for", "value", "href"].includes(attribute.name) &&
              !attribute.name.startsWith("aria-")) continue;
          if (attribute.name === "value" && element.tagName !== "BUTTON") continue;
          const changed = attribute.value.replace(mark, `${kind}-${index}`);
          if (changed !== attribute.value) element.setAttribute(attribute.name, changed);
        }
      }
      for (const place of row.querySelectorAll("[data-number]")) place.textContent = index + 1;
    });
    form.elements[`${kind}-count`].value = rowsOf(kind).length;
  }

  function focus(row) {
    const first = row && row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  }

  function touched() {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(kind, words) {
    for (const place of form.querySelectorAll(".removed")) place.replaceChildren();
    if (!words) return;
    const notice = document.getElementById("removed-template").content.cloneNode(true);
    notice.querySelector("span").textContent = `${words} is removed.`;
    const place = document.getElementById(`${kind}-removed`);
    place.append(notice);
    place.querySelector("button").focus();
  }

  function forget() {
    last = null;
    form.elements.removed.value = "";
    say();
  }

  function add(kind, most) {
    if (rowsOf(kind).length >= most) return false; // the server says so
    const row = fresh(kind);
    if (!row) return false;
    holder(kind).append(row);
    renumber(kind);
    focus(row);
    touched();
    return true;
  }

  function remove(kind, index) {
    const row = rowsOf(kind)[index];
    if (!row) return false;
    const fields = {};
    let written = false;
    for (const [name, value] of new FormData(form)) {
      if (!name.startsWith(`${kind}-${index}-`) || typeof value !== "string") continue;
      (fields[name.slice(`${kind}-${index}-`.length)] ||= []).push(value);
      written ||= value.trim() !== "";
    }
    row.remove();
    if (!rowsOf(kind).length) holder(kind).append(fresh(kind));
    renumber(kind);
    last = { kind, index, row };
    form.elements.removed.value = written ? JSON.stringify({ kind, index, fields }) : "";
    say(kind, `${NAMES[kind]} ${index + 1}`);
    touched();
    return true;
  }

  function undo() {
    if (!last) return false; // removed on an earlier page: the server brings it back
    const { kind, index, row } = last;
    const rows = rowsOf(kind);
    const only = rows.length === 1 && index === 0 &&
      [...rows[0].querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")]
        .every((field) => !field.value.trim());
    if (only) rows[0].remove();
    holder(kind).insertBefore(row, rowsOf(kind)[index] || null);
    renumber(kind);
    forget();
    focus(row);
    touched();
    return true;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="do"]');
    if (!button) return;
    const [act, kind, index] = button.value.split("-");
    const done = act === "add" ? add(kind, Number(button.dataset.most))
      : act === "remove" ? remove(kind, Number(index))
      : act === "undo" ? undo() : false;
    if (done) event.preventDefault();
  });
})();
