// A chosen file of values fills the field beside it at once. Without this the server does it when
// the form is sent; what is not taken here the server reads, or says what is wrong with it.
"use strict";

(() => {
  const form = document.getElementById("report-form");
  if (!form) return;
  const LARGEST = 1000000; // bytes

  form.addEventListener("change", async (event) => {
    const input = event.target;
    const file = input.dataset.fills && input.files[0];
    if (!file || file.size > LARGEST || !/\.(csv|tsv|jsonl?|txt)$/i.test(file.name)) return;
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return; // another encoding
    }
    text = text.replace(/\r\n?/g, "\n").trim();
    const field = form.elements[input.name.replace(/file$/, input.dataset.fills)];
    if (!text || /[\0-\x08\x0e-\x1f]/.test(text) || !field || input.files[0] !== file) return;
    if (!field.value.includes(text)) {
      field.value = field.value.trim() ? `${field.value.trimEnd()}\n${text}` : text;
    }
    input.value = "";
    const saved = document.getElementById("saved");
    saved.textContent = saved.dataset.filled.replace("{file}", file.name);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
